"""SciPy's zero-phase band-pass over all records at once: sosfiltfilt.py <int32 file> <records> <fs> <low> <high> <seconds>"""

import sys

import numpy as np
from scipy import signal
from timing import report

path, records, fs, low, high, seconds = sys.argv[1], int(sys.argv[2]), *map(float, sys.argv[3:])
x = np.fromfile(path, "<i4").reshape(records, -1).astype(np.float64)
sos = signal.butter(4, [low, high], "bandpass", fs=fs, output="sos")
report(lambda: signal.sosfiltfilt(sos, x), seconds)
