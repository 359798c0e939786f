"""A-law through a NumPy table into a reused array: alaw.py <file of codes> <file of the 256 samples, int16> <seconds>"""

import sys

import numpy as np
from timing import report

codes = np.fromfile(sys.argv[1], np.uint8)
table = np.fromfile(sys.argv[2], "<i2")
out = np.empty(codes.size, np.int16)
report(lambda: np.take(table, codes, out=out), float(sys.argv[3]))
