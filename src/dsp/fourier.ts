import FFT from 'fft.js';
import { requireInteger } from './arguments.ts';

/** The non-negative half of a spectrum: bin k is at k / n of the sampling frequency. */
export type Spectrum = { readonly re: Float64Array; readonly im: Float64Array };

/**
 * Fourier transform of a real signal of any length, unnormalised: `re[k] + i im[k] = sum of x[j] exp(-2 pi i j k / n)`.
 *
 * @param x 1 or more samples.
 * @returns bins 0 to `floor(x.length / 2)`; equals `scipy.fft.rfft(x)` to 1e-9 of the peak.
 * @throws ArgumentError for an empty signal.
 *
 * Powers of two go to fft.js (radix 4), other lengths through Bluestein's chirp transform (Bluestein, IEEE Trans. Audio
 * Electroacoustics 18 (1970)), which needs two transforms of at least twice the length.
 */
export function rfft(x: Float64Array): Spectrum {
  return createRfft(x.length)(x);
}

/** {@link rfft} for signals of `length` samples, its tables made once. The result is overwritten by the next call. */
export function createRfft(length: number): (x: Float64Array) => Spectrum {
  requireInteger('rfft: length of the signal', length, 1, 2 ** 28);
  if (length === 1) return (x) => ({ re: Float64Array.of(x[0]!), im: Float64Array.of(0) });
  return (length & (length - 1)) === 0 ? createPowerOfTwo(length) : createBluestein(length);
}

function createPowerOfTwo(length: number): (x: Float64Array) => Spectrum {
  const fft = new FFT(length);
  const bins = new Float64Array(2 * length);
  const spectrum = emptySpectrum(length);
  return (x) => {
    fft.realTransform(bins, x);
    for (let k = 0; k <= length / 2; k++) {
      spectrum.re[k] = bins[2 * k]!;
      spectrum.im[k] = bins[2 * k + 1]!;
    }
    return spectrum;
  };
}

/**
 * With jk = (j^2 + k^2 - (k - j)^2) / 2 the transform becomes a convolution: with the chirp w[j] = exp(-pi i j^2 / n),
 * X[k] = w[k] * sum of (x[j] w[j]) conj(w[k - j]), done circularly in a power of two of at least 2n - 1.
 */
function createBluestein(length: number): (x: Float64Array) => Spectrum {
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const fft = new FFT(size);
  const { re: chirpRe, im: chirpIm } = createChirp(length);
  const kernel = new Float64Array(2 * size);
  for (let j = 0; j < length; j++) {
    const mirrored = (size - j) % size;
    kernel[2 * j] = kernel[2 * mirrored] = chirpRe[j]!;
    kernel[2 * j + 1] = kernel[2 * mirrored + 1] = -chirpIm[j]!;
  }
  const kernelBins = new Float64Array(2 * size);
  fft.transform(kernelBins, kernel);

  const work = new Float64Array(2 * size);
  const bins = new Float64Array(2 * size);
  const spectrum = emptySpectrum(length);
  return (x) => {
    work.fill(0, 2 * length);
    for (let j = 0; j < length; j++) {
      work[2 * j] = x[j]! * chirpRe[j]!;
      work[2 * j + 1] = x[j]! * chirpIm[j]!;
    }
    fft.transform(bins, work);
    for (let k = 0; k < 2 * size; k += 2) {
      const re = bins[k]!;
      const im = bins[k + 1]!;
      bins[k] = re * kernelBins[k]! - im * kernelBins[k + 1]!;
      bins[k + 1] = re * kernelBins[k + 1]! + im * kernelBins[k]!;
    }
    fft.inverseTransform(work, bins);
    for (let k = 0; k <= length / 2; k++) {
      const re = work[2 * k]!;
      const im = work[2 * k + 1]!;
      spectrum.re[k] = re * chirpRe[k]! - im * chirpIm[k]!;
      spectrum.im[k] = re * chirpIm[k]! + im * chirpRe[k]!;
    }
    return spectrum;
  };
}

/** exp(-pi i j^2 / n); j^2 is taken modulo 2n in whole numbers, since the cosine of a large angle loses digits. */
function createChirp(length: number): Spectrum {
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  let square = 0;
  for (let j = 0; j < length; j++) {
    const angle = (Math.PI * square) / length;
    re[j] = Math.cos(angle);
    im[j] = -Math.sin(angle);
    square = (square + 2 * j + 1) % (2 * length);
  }
  return { re, im };
}

function emptySpectrum(length: number): Spectrum {
  const bins = Math.floor(length / 2) + 1;
  return { re: new Float64Array(bins), im: new Float64Array(bins) };
}
