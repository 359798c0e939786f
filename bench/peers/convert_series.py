"""Raw data answers to columns on the disk with json and NumPy: convert_series.py <folder of answers> <output folder>

What it does less than convert: sample times are one straight line a run of ids, without clock steps, bounds or checks; no
Arrow, metadata, manifest, or adding to what is there; an odd answer ends it. Everything is held in memory at once.
"""

import hashlib
import json
import os
import pathlib
import sys

import numpy as np

TYPES = {"timestamp": np.int64, "id": np.uint32}
DAY = 86400


def column_type(name):
    return TYPES.get(name, np.uint8 if name.endswith("_adc_range") else np.int32)


def frames(path, digests):
    raw = path.read_bytes()
    digests.append(hashlib.sha256(raw).hexdigest())
    for frame in json.loads(raw)["response"]["body"]["rawdata"]:
        data = frame["data"]
        if isinstance(data, str):
            data = json.loads(data) if data else {}
        if data:
            yield {name: np.array(values, column_type(name)) for name, values in data.items()}


def sorted_once(columns):
    """Rows by time and id, each once."""
    order = np.lexsort((columns["id"], columns["timestamp"]))
    columns = {name: values[order] for name, values in columns.items()}
    fresh = np.ones(order.size, bool)
    fresh[1:] = (np.diff(columns["timestamp"]) != 0) | (np.diff(columns["id"]) != 0)
    return {name: values[fresh] for name, values in columns.items()}


def with_times(columns):
    """A least-squares line from id to second for each run of ids without a gap."""
    ids, seconds = columns["id"].astype(np.int64), columns["timestamp"]
    starts = np.flatnonzero(np.concatenate(([True], np.diff(ids) != 1)))
    lengths = np.diff(np.append(starts, ids.size))
    run = np.repeat(np.arange(starts.size), lengths)
    x = (ids - ids[starts][run]).astype(np.float64)
    y = (seconds - seconds[starts][run]).astype(np.float64)
    mean_x, mean_y = (np.add.reduceat(v, starts) / lengths for v in (x, y))
    dx = x - mean_x[run]
    spread = np.add.reduceat(dx * dx, starts)
    slope = np.add.reduceat(dx * y, starts) / np.where(spread == 0, 1, spread)
    # Whole seconds are half a second behind on average.
    fitted = mean_y[run] + slope[run] * dx + 0.5
    time = seconds[starts][run] * 1_000_000 + np.rint(fitted * 1e6).astype(np.int64)
    return {"time": time, "segment": run.astype(np.uint32), **columns}


def write(path, columns):
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for values in columns.values():
            values.tofile(file)
            digest.update(memoryview(values).cast("B"))
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


source, target = map(pathlib.Path, sys.argv[1:])
target.mkdir(parents=True)
digests, parts = [], []
for path in sorted(source.iterdir()):
    parts += frames(path, digests)
columns = sorted_once({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
days = columns["timestamp"] // DAY
edges = np.append(np.flatnonzero(np.diff(days, prepend=-1)), days.size)
written = {}
for start, end in zip(edges[:-1], edges[1:]):
    name = str(np.datetime64(int(days[start]), "D"))
    written[name] = write(target / name, with_times({key: values[start:end] for key, values in columns.items()}))
(target / "manifest.json").write_text(json.dumps({"inputs": digests, "files": written, "rows": int(days.size)}))
