"""Expectations for the signal processing, from SciPy 1.10 and NumPy 1.24.

    /usr/bin/python3 samples/oracle/dsp/make.py

Writes one JSON file for each area beside itself. Numbers are base64 of little-endian float64. Inputs are not stored:
test/unit/dsp/oracle.ts makes the same ones from the same seeds. Long outputs are stored in part: the samples at
`picks(n)`, which has both ends in full, where padding and start-up show.
"""

import base64
import json
import pathlib

import numpy
import scipy
from scipy import fft, signal

assert scipy.__version__.startswith("1.10."), scipy.__version__
HERE = pathlib.Path(__file__).parent


def noise(seed, n):
    """Linear congruential noise in [-1, 1) on a ramp: a level and a trend show errors at the ends."""
    values = numpy.empty(n)
    state = seed
    for i in range(n):
        state = (1664525 * state + 1013904223) & 0xFFFFFFFF
        values[i] = state / 2**31 - 1 + 0.5 * i / n
    return values


def synthetic_ecg(seed, n):
    """Whole microvolts: noise, a sawtooth baseline and a spike each 250 samples."""
    ramp = numpy.arange(n)
    return numpy.floor(60 * noise(seed, n)) + (3 * ramp) % 2000 - 1000 + 900 * (ramp % 250 < 6)


def picks(n):
    """Which samples of n are stored: 24 at either end and some 16 between."""
    if n <= 64:
        return list(range(n))
    return sorted({*range(24), *range(24, n - 24, max(1, (n - 48) // 16)), *range(n - 24, n)})


def pack(values):
    return base64.b64encode(numpy.ascontiguousarray(values, "<f8").tobytes()).decode()


def sampled(values):
    return pack(values[picks(len(values))])


def save(name, cases):
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


# Rates of the devices and of common recorders; bands of ECG, PPG, heart sound and movement work. Bandstops far wider than
# these, at high orders, differ between two builds of SciPy: see docs/signals.md.
BANDS = [(300, 0.5, 40), (500, 0.05, 150), (25.6, 0.5, 8), (4000, 25, 800), (250, 59, 61), (128, 5, 15)]
TYPES = ["lowpass", "highpass", "bandpass", "bandstop"]


def comparable(order, kind, low, high):
    return kind != "bandstop" or high < 4 * low or order <= 4


def butter():
    for fs, low, high in BANDS:
        for order in range(1, 11):
            for kind in TYPES:
                if not comparable(order, kind, low, high):
                    continue
                cutoff = [low, high] if kind.startswith("band") else high if order % 2 else low
                sos = signal.butter(order, cutoff, kind, fs=fs, output="sos")
                x = noise(order, 300)
                yield {
                    "order": order,
                    "cutoff": cutoff,
                    "type": kind,
                    "fs": fs,
                    "sos": pack(sos),
                    "zi": pack(signal.sosfilt_zi(sos)),
                    "filtfilt": pack(signal.sosfiltfilt(sos, x)[::20]),
                }


def filters():
    designs = [(4, [0.5, 40], "bandpass", 300), (3, 10, "highpass", 250), (5, 40, "lowpass", 500),
               (1, 1, "lowpass", 25), (2, [49, 51], "bandstop", 300), (10, [20, 100], "bandpass", 1000)]
    for order, cutoff, kind, fs in designs:
        sos = signal.butter(order, cutoff, kind, fs=fs, output="sos")
        edge = int(3 * (2 * len(sos) + 1 - min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum())))
        for n in [edge + 1, 200, 9000]:
            x = noise(n, n)
            zi = signal.sosfilt_zi(sos) * x[0]
            settled, state = signal.sosfilt(sos, x, zi=zi)
            yield {
                "order": order,
                "cutoff": cutoff,
                "type": kind,
                "fs": fs,
                "n": n,
                "edge": edge,
                "sosfilt": sampled(signal.sosfilt(sos, x)),
                "settled": sampled(settled),
                "state": pack(state),
                "sosfiltfilt": sampled(signal.sosfiltfilt(sos, x)),
            }


def notch():
    for fs in [128, 250, 300, 500, 4000]:
        for frequency in [50, 60]:
            for q in [5, 30]:
                b, a = signal.iirnotch(frequency, q, fs=fs)
                for n in [10, 1000]:
                    x = noise(n, n)
                    yield {
                        "frequency": frequency,
                        "q": q,
                        "fs": fs,
                        "n": n,
                        "sos": pack([*b, *a]),
                        "filtfilt": sampled(signal.filtfilt(b, a, x)),
                    }


def fir():
    windows = ["hamming", "hann", ["kaiser", 0.0], ["kaiser", 14.0]]
    for kind, cutoff in [("lowpass", 40), ("highpass", 1.5), ("bandpass", [5, 15]), ("bandstop", [45, 55])]:
        for numtaps in [1, 2, 3, 32, 51]:
            if numtaps % 2 == 0 and kind in ("highpass", "bandstop"):
                continue
            for window in windows:
                for scale in [True, False]:
                    # A window of zeros only has no gain to scale.
                    if numtaps == 2 and window == "hann":
                        continue
                    named = tuple(window) if isinstance(window, list) else window
                    taps = signal.firwin(numtaps, cutoff, window=named, pass_zero=kind, scale=scale, fs=250)
                    # Linear phase: the first half is all.
                    yield {"type": kind, "cutoff": cutoff, "numtaps": numtaps, "window": window, "scale": scale,
                           "fs": 250, "taps": pack(taps[: (numtaps + 1) // 2])}


def resample():
    ratios = [(5, 6), (5, 3), (1, 2), (2, 1), (250, 256), (64, 75), (125, 128), (147, 160), (1, 7), (7, 1), (3, 3),
              (500, 600), (1000, 999), (2, 3)]
    for up, down in ratios:
        for n in [1, 2, 7, 60, 500, 3000]:
            # Floats: SciPy 1.10 casts the filter to an integer input's type, which leaves zeros.
            yield {"up": up, "down": down, "n": n, "y": sampled(signal.resample_poly(noise(n, n), up, down))}


def spectrum():
    for n in [1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 64, 100, 127, 128, 1000, 1024, 3125, 4096, 9000]:
        bins = fft.rfft(noise(n, n))
        yield {"n": n, "peak": float(abs(bins).max()), "re": sampled(bins.real), "im": sampled(bins.imag)}


def welch():
    for n, nperseg, noverlap in [(1000, None, None), (1000, 100, 0), (1000, 101, 33), (1000, 100, 99), (200, None, None),
                                 (999, 128, None), (9000, 1024, None), (50, 1, 0), (10, 10, 5)]:
        for window in ["hann", ["kaiser", 8.0]]:
            for detrend in ["constant", "none"]:
                for scaling in ["density", "spectrum"]:
                    frequency, power = signal.welch(
                        noise(n, n), fs=300, window=tuple(window) if isinstance(window, list) else window,
                        nperseg=nperseg and min(nperseg, n) or min(256, n), noverlap=noverlap,
                        detrend=False if detrend == "none" else detrend, scaling=scaling)
                    yield {"n": n, "nperseg": nperseg, "noverlap": noverlap, "window": window, "detrend": detrend,
                           "scaling": scaling, "peak": float(power.max()),
                           "frequency": pack(frequency[[0, len(frequency) // 2, -1]]),
                           "power": pack(power[:: max(1, len(power) // 12)])}


def ecg_chain():
    plans = [([0.5, 40], None, 250, 300), ([0.5, 40], 50, 250, 300), ([0.5, 40], 60, 250, 500), (None, 50, None, 300),
             ([1, 30], None, None, 500), (None, None, 250, 500), ([0.5, 40], 50, 128, 300), (None, None, 25.6, 25)]
    for band, notch_hz, rate, fs in plans:
        for n in [100, 9000]:
            y = synthetic_ecg(n, n)
            if notch_hz:
                y = signal.filtfilt(*signal.iirnotch(notch_hz, 30, fs=fs), y)
            if band:
                y = signal.sosfiltfilt(signal.butter(4, band, "band", fs=fs, output="sos"), y)
            if rate:
                y = signal.resample_poly(y, round(rate * 10), round(fs * 10))
            yield {"band": band, "notch": notch_hz, "rate": rate, "fs": fs, "n": n, "length": len(y), "y": sampled(y)}


for make in [butter, filters, notch, fir, resample, spectrum, welch, ecg_chain]:
    save(make.__name__.replace("_", "-"), make())
