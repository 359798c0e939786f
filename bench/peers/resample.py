"""SciPy's polyphase resampling over all records at once: resample.py <int32 file> <records> <up> <down> <seconds>"""

import sys

import numpy as np
from scipy import signal
from timing import report

path, records, up, down, seconds = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
x = np.fromfile(path, "<i4").reshape(records, -1).astype(np.float64)
report(lambda: signal.resample_poly(x, up, down, axis=-1), seconds)
