/** The part of fft.js 4 that is used here; the package brings no types. */
declare module 'fft.js' {
  class FFT {
    /** @param size a power of two above 1. */
    constructor(size: number);
    /** Complex to complex, interleaved re, im; `out` and `data` of `2 * size` and different. */
    transform(out: Float64Array, data: Float64Array): void;
    inverseTransform(out: Float64Array, data: Float64Array): void;
    /** `size` real numbers to interleaved re, im; only bins 0 to `size / 2` of `out` are meaningful. */
    realTransform(out: Float64Array, data: Float64Array): void;
  }
  export = FFT;
}
