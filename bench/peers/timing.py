"""Times one call in the manner of bench/support/harness.ts and prints the median as one JSON line."""

import json
import statistics
import time


def report(call, seconds):
    """`seconds`: least time spent on measuring; a tenth of it before that on warming up."""
    repeat(call, seconds / 10)
    print(json.dumps({"ms": 1000 * statistics.median(repeat(call, seconds))}))


def repeat(call, seconds):
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return times
