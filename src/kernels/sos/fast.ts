/**
 * The cascade of {@link filterCascadeReference}, bit for bit, several sections to a pass.
 *
 * One section is a chain of dependent operations, so the processor idles; four sections in one loop give it four
 * chains to overlap.
 */
import { SMALLEST_NORMAL, type SosKernel } from './reference.ts';

/**
 * Samples taken through all sections at once: 16 kB, half of a first-level cache. After each such block, not only at the
 * end, subnormal state is flushed: silence inside a long record leaves it as well.
 */
export const FLUSH_BLOCK = 2048;

export const filterCascade: SosKernel = (y, x, start, count, step, sos, sections, state) => {
  if (sections === 0) {
    copy(y, x, start, count, step);
    return;
  }
  for (let done = 0; done < count; done += FLUSH_BLOCK) {
    const length = Math.min(FLUSH_BLOCK, count - done);
    const at = start + done * step;
    let source = x;
    let section = 0;
    for (; section + 4 <= sections; section += 4) {
      pass4(y, source, at, length, step, sos, section, state);
      source = y;
    }
    for (; section + 2 <= sections; section += 2) {
      pass2(y, source, at, length, step, sos, section, state);
      source = y;
    }
    if (section < sections) {
      pass1(y, source, at, length, step, sos, section, state);
    }
    flushSubnormals(state, 2 * sections);
  }
};

function pass4(
  y: Float64Array,
  x: Float64Array,
  start: number,
  count: number,
  step: number,
  sos: Readonly<Float64Array>,
  section: number,
  state: Float64Array,
): void {
  const c = 6 * section;
  const z = 2 * section;
  const b0 = sos[c]!;
  const b1 = sos[c + 1]!;
  const b2 = sos[c + 2]!;
  const a1 = sos[c + 4]!;
  const a2 = sos[c + 5]!;
  const d0 = sos[c + 6]!;
  const d1 = sos[c + 7]!;
  const d2 = sos[c + 8]!;
  const c1 = sos[c + 10]!;
  const c2 = sos[c + 11]!;
  const f0 = sos[c + 12]!;
  const f1 = sos[c + 13]!;
  const f2 = sos[c + 14]!;
  const e1 = sos[c + 16]!;
  const e2 = sos[c + 17]!;
  const h0 = sos[c + 18]!;
  const h1 = sos[c + 19]!;
  const h2 = sos[c + 20]!;
  const g1 = sos[c + 22]!;
  const g2 = sos[c + 23]!;
  let s0 = state[z]!;
  let s1 = state[z + 1]!;
  let t0 = state[z + 2]!;
  let t1 = state[z + 3]!;
  let u0 = state[z + 4]!;
  let u1 = state[z + 5]!;
  let v0 = state[z + 6]!;
  let v1 = state[z + 7]!;
  for (let i = 0, at = start; i < count; i++, at += step) {
    const p = x[at]!;
    const q = b0 * p + s0;
    s0 = b1 * p - a1 * q + s1;
    s1 = b2 * p - a2 * q;
    const r = d0 * q + t0;
    t0 = d1 * q - c1 * r + t1;
    t1 = d2 * q - c2 * r;
    const s = f0 * r + u0;
    u0 = f1 * r - e1 * s + u1;
    u1 = f2 * r - e2 * s;
    const t = h0 * s + v0;
    v0 = h1 * s - g1 * t + v1;
    v1 = h2 * s - g2 * t;
    y[at] = t;
  }
  state[z] = s0;
  state[z + 1] = s1;
  state[z + 2] = t0;
  state[z + 3] = t1;
  state[z + 4] = u0;
  state[z + 5] = u1;
  state[z + 6] = v0;
  state[z + 7] = v1;
}

function pass2(
  y: Float64Array,
  x: Float64Array,
  start: number,
  count: number,
  step: number,
  sos: Readonly<Float64Array>,
  section: number,
  state: Float64Array,
): void {
  const c = 6 * section;
  const z = 2 * section;
  const b0 = sos[c]!;
  const b1 = sos[c + 1]!;
  const b2 = sos[c + 2]!;
  const a1 = sos[c + 4]!;
  const a2 = sos[c + 5]!;
  const d0 = sos[c + 6]!;
  const d1 = sos[c + 7]!;
  const d2 = sos[c + 8]!;
  const c1 = sos[c + 10]!;
  const c2 = sos[c + 11]!;
  let s0 = state[z]!;
  let s1 = state[z + 1]!;
  let t0 = state[z + 2]!;
  let t1 = state[z + 3]!;
  for (let i = 0, at = start; i < count; i++, at += step) {
    const p = x[at]!;
    const q = b0 * p + s0;
    s0 = b1 * p - a1 * q + s1;
    s1 = b2 * p - a2 * q;
    const r = d0 * q + t0;
    t0 = d1 * q - c1 * r + t1;
    t1 = d2 * q - c2 * r;
    y[at] = r;
  }
  state[z] = s0;
  state[z + 1] = s1;
  state[z + 2] = t0;
  state[z + 3] = t1;
}

function pass1(
  y: Float64Array,
  x: Float64Array,
  start: number,
  count: number,
  step: number,
  sos: Readonly<Float64Array>,
  section: number,
  state: Float64Array,
): void {
  const c = 6 * section;
  const z = 2 * section;
  const b0 = sos[c]!;
  const b1 = sos[c + 1]!;
  const b2 = sos[c + 2]!;
  const a1 = sos[c + 4]!;
  const a2 = sos[c + 5]!;
  let s0 = state[z]!;
  let s1 = state[z + 1]!;
  for (let i = 0, at = start; i < count; i++, at += step) {
    const p = x[at]!;
    const q = b0 * p + s0;
    s0 = b1 * p - a1 * q + s1;
    s1 = b2 * p - a2 * q;
    y[at] = q;
  }
  state[z] = s0;
  state[z + 1] = s1;
}

function flushSubnormals(state: Float64Array, length: number): void {
  for (let j = 0; j < length; j++) {
    if (Math.abs(state[j]!) < SMALLEST_NORMAL) state[j] = 0;
  }
}

function copy(y: Float64Array, x: Float64Array, start: number, count: number, step: number): void {
  for (let i = 0, at = start; i < count; i++, at += step) {
    y[at] = x[at]!;
  }
}
