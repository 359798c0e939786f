import type { UpfirdnKernel } from './reference.ts';

/**
 * {@link upfirdnReference} that touches only the taps that meet a sample, and those only where they are not 0.
 *
 * Outputs `up` apart share a phase, that is a row of the bank: eight of them are summed side by side, so that a tap is
 * loaded once for eight products, eight additions overlap, and the test for 0 costs next to nothing. A filter whose
 * cutoff is 1/M of the band has every M-th tap 0: with M = 2 half of the work falls away. Twice the speed of one output
 * after the other; the result differs from the reference by rounding only.
 */
export const upfirdn: UpfirdnKernel = (y, yCount, x, xStart, xCount, bank, width, up, down, first) => {
  for (let residue = 0; residue < up && residue < yCount; residue++) {
    const position = first + residue * down;
    let latest = Math.floor(position / up);
    const row = (position - latest * up) * width;
    let m = residue;
    for (; m < yCount && latest < width - 1; m += up, latest += down) {
      y[m] = sumAtEdge(x, xStart, xCount, latest, bank, row, width);
    }
    const lastOfEight = xCount - 7 * down;
    for (; m + 7 * up < yCount && latest < lastOfEight; m += 8 * up, latest += 8 * down) {
      sumEight(y, m, up, x, xStart + latest - width + 1, down, bank, row, width);
    }
    for (; m < yCount; m += up, latest += down) {
      y[m] = sumAtEdge(x, xStart, xCount, latest, bank, row, width);
    }
  }
};

/** Eight outputs from `y[m]`, `step` apart, whose oldest samples are `x[oldest]`, `stride` apart. */
function sumEight(
  y: Float64Array,
  m: number,
  step: number,
  x: Float64Array,
  oldest: number,
  stride: number,
  bank: Readonly<Float64Array>,
  row: number,
  width: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (let t = 0; t < width; t++) {
    const tap = bank[row + t]!;
    if (tap === 0) continue;
    const at = oldest + t;
    s0 += tap * x[at]!;
    s1 += tap * x[at + stride]!;
    s2 += tap * x[at + 2 * stride]!;
    s3 += tap * x[at + 3 * stride]!;
    s4 += tap * x[at + 4 * stride]!;
    s5 += tap * x[at + 5 * stride]!;
    s6 += tap * x[at + 6 * stride]!;
    s7 += tap * x[at + 7 * stride]!;
  }
  y[m] = s0;
  y[m + step] = s1;
  y[m + 2 * step] = s2;
  y[m + 3 * step] = s3;
  y[m + 4 * step] = s4;
  y[m + 5 * step] = s5;
  y[m + 6 * step] = s6;
  y[m + 7 * step] = s7;
}

/** One output, its row cut to the samples there are. */
function sumAtEdge(
  x: Float64Array,
  xStart: number,
  xCount: number,
  latest: number,
  bank: Readonly<Float64Array>,
  row: number,
  width: number,
): number {
  const oldest = latest - width + 1;
  const from = Math.max(0, -oldest);
  const to = Math.min(width, xCount - oldest);
  let sum = 0;
  for (let t = from; t < to; t++) {
    const tap = bank[row + t]!;
    if (tap !== 0) sum += tap * x[xStart + oldest + t]!;
  }
  return sum;
}
