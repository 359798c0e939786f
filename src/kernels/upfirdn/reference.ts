/**
 * Upsample, filter, downsample: `y[m] = sum over k of h[k] * v[first + m * down - k]`, where `v` is `x` with `up - 1`
 * zeros after each sample, and zeros on both sides.
 *
 * Reads `x[xStart]` .. `x[xStart + xCount - 1]`, writes `y[0]` .. `y[yCount - 1]`.
 *
 * The taps come as a polyphase bank of `up` rows of `width` numbers, row p holding the taps that meet a sample when
 * `(first + m * down) mod up = p`, the latest sample's tap last:
 *
 * | row p | h[p + (width - 1) * up] | ... | h[p + up] | h[p] |
 * |-------|-------------------------|-----|-----------|------|
 *
 * Source: Crochiere and Rabiner, Multirate Digital Signal Processing, section 3.3; `scipy.signal.upfirdn`.
 */
export type UpfirdnKernel = (
  y: Float64Array,
  yCount: number,
  x: Float64Array,
  xStart: number,
  xCount: number,
  bank: Readonly<Float64Array>,
  width: number,
  up: number,
  down: number,
  first: number,
) => void;

export const upfirdnReference: UpfirdnKernel = (y, yCount, x, xStart, xCount, bank, width, up, down, first) => {
  for (let m = 0; m < yCount; m++) {
    const position = first + m * down;
    let sum = 0;
    for (let k = 0; k < width * up; k++) {
      const sample = (position - k) / up;
      // Between two samples `v` is zero.
      if (!Number.isInteger(sample) || sample < 0 || sample >= xCount) continue;
      const tap = (k % up) * width + (width - 1 - Math.floor(k / up));
      sum += bank[tap]! * x[xStart + sample]!;
    }
    y[m] = sum;
  }
};
