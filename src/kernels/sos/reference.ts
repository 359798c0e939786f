/**
 * Cascade of second-order sections over one record, transposed direct form II.
 *
 * Reads `x[start + i * step]` and writes `y[start + i * step]` for i = 0..count-1; `y` may be `x` itself. `step` is 1 or
 * -1: with -1 the record is filtered from its end to its beginning, which spares the reversed copy of a zero-phase
 * filter.
 *
 * | buffer  | layout                                                                        |
 * |---------|-------------------------------------------------------------------------------|
 * | `sos`   | per section b0, b1, b2, a0 = 1, a1, a2 (SciPy's rows, flat)                   |
 * | `state` | per section z0, z1; read at the start, left as it stands after the last sample |
 *
 * Source: Oppenheim and Schafer, Discrete-Time Signal Processing, section 6.3.4; the order of the operations is that of
 * `scipy.signal.sosfilt`, so that equal coefficients give equal bits.
 */
export type SosKernel = (
  y: Float64Array,
  x: Float64Array,
  start: number,
  count: number,
  step: 1 | -1,
  sos: Readonly<Float64Array>,
  sections: number,
  state: Float64Array,
) => void;

/** Below it a double loses precision and many processors lose a factor of a hundred in speed. */
export const SMALLEST_NORMAL = 2.2250738585072014e-308;

export const filterCascadeReference: SosKernel = (y, x, start, count, step, sos, sections, state) => {
  for (let i = 0; i < count; i++) {
    const at = start + i * step;
    let value = x[at]!;
    for (let s = 0; s < sections; s++) {
      const input = value;
      const z0 = state[2 * s]!;
      const z1 = state[2 * s + 1]!;
      value = sos[6 * s]! * input + z0;
      state[2 * s] = sos[6 * s + 1]! * input - sos[6 * s + 4]! * value + z1;
      state[2 * s + 1] = sos[6 * s + 2]! * input - sos[6 * s + 5]! * value;
    }
    y[at] = value;
  }
  for (let j = 0; j < 2 * sections; j++) {
    if (Math.abs(state[j]!) < SMALLEST_NORMAL) state[j] = 0;
  }
};
