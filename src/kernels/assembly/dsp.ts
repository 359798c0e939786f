/**
 * WebAssembly twins of the DSP kernels (AssemblyScript): two records side by side.
 *
 * A *frame* is one sample of each of two records, float64: 16 bytes, one vector. A recursive filter cannot be spread over
 * the samples of one record, for each waits for the one before; over records it can. Each lane does what the TypeScript
 * twins do, operation for operation, so the bits are the same.
 *
 * All addresses and steps are bytes, chosen by the caller. No function allocates or checks: see `wasm/dsp.ts`.
 */

const FRAME: usize = 16;

/** Coefficients of a section: b0, b1, b2, 1, a1, a2. */
const SECTION: usize = 48;

/** State of a section: a frame of z0, a frame of z1. */
const SECTION_STATE: usize = 32;

/** A tap of a compact bank: its weight, then the distance from the oldest frame to the one it meets. */
const TAP: usize = 16;

const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;

/** Two int32 records, `stride` apart, to frames. An odd `count` is rounded up: there must be room for one more. */
export function interleaveInt32(frames: usize, planar: usize, stride: usize, count: i32): void {
  for (const end = planar + ((<usize>count) << 2); planar < end; planar += 8, frames += 2 * FRAME) {
    const two = v128.shuffle<i32>(v128.load64_zero(planar), v128.load64_zero(planar + stride), 0, 4, 1, 5);
    v128.store(frames, f64x2.convert_low_i32x4_s(two));
    v128.store(frames, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(two, two, 2, 3, 2, 3)), 16);
  }
}

/** Two float64 records, `stride` apart, to frames. */
export function interleaveFloat64(frames: usize, planar: usize, stride: usize, count: i32): void {
  for (const end = planar + ((<usize>count) << 3); planar < end; planar += 8, frames += FRAME) {
    v128.store(frames, v128.load64_lane(planar + stride, v128.load64_zero(planar), 1));
  }
}

/** Frames to two float64 records, `stride` apart. */
export function deinterleaveFloat64(planar: usize, stride: usize, frames: usize, count: i32): void {
  for (const end = planar + ((<usize>count) << 3); planar < end; planar += 8, frames += FRAME) {
    const pair = v128.load(frames);
    v128.store64_lane(planar, pair, 0);
    v128.store64_lane(planar + stride, pair, 1);
  }
}

/** Frames to two float32 records, `stride` apart: the one rounding. An odd `count` is rounded up here too. */
export function deinterleaveFloat32(planar: usize, stride: usize, frames: usize, count: i32): void {
  for (const end = planar + ((<usize>count) << 2); planar < end; planar += 8, frames += 2 * FRAME) {
    const first = f32x4.demote_f64x2_zero(v128.load(frames));
    const second = f32x4.demote_f64x2_zero(v128.load(frames, 16));
    const two = v128.shuffle<f32>(first, second, 0, 4, 1, 5);
    v128.store64_lane(planar, two, 0);
    v128.store64_lane(planar + stride, two, 1);
  }
}

/** Mirrors the `count` frames at `first` about their first and last, `edge` frames to each side. */
export function extendOdd(first: usize, count: i32, edge: i32): void {
  const last = first + <usize>(count - 1) * FRAME;
  const two = f64x2.splat(2);
  const twiceFirst = f64x2.mul(two, v128.load(first));
  const twiceLast = f64x2.mul(two, v128.load(last));
  for (let i = 1; i <= edge; i++) {
    const away = <usize>i * FRAME;
    v128.store(first - away, f64x2.sub(twiceFirst, v128.load(first + away)));
    v128.store(last + away, f64x2.sub(twiceLast, v128.load(last - away)));
  }
}

/** The state of a steady input at the level of `frame`: each number of `zi`, two a section, times each lane. */
export function scaleState(state: usize, zi: usize, sections: i32, frame: usize): void {
  const level = v128.load(frame);
  for (const end = zi + ((<usize>sections) << 4); zi < end; zi += 8, state += FRAME) {
    v128.store(state, f64x2.mul(v128.load64_splat(zi), level));
  }
}

/**
 * Second-order sections over `count` frames in place, as `sos/fast.ts`.
 *
 * @param step from frame to frame, negative to run backward in time.
 * @param block frames between two flushes of subnormal state.
 */
export function filterCascade(
  x: usize,
  count: i32,
  step: isize,
  sos: usize,
  sections: i32,
  state: usize,
  block: i32,
): void {
  for (let done = 0; done < count; done += block) {
    const length = min(block, count - done);
    let c = sos;
    let z = state;
    let left = sections;
    for (; left >= 4 && areSymmetric(c); left -= 4, c += 4 * SECTION, z += 4 * SECTION_STATE) {
      passSymmetric4(x, length, step, c, z);
    }
    for (; left > 0; left--, c += SECTION, z += SECTION_STATE) {
      pass1(x, length, step, c, z);
    }
    flushSubnormals(state, z);
    x += <usize>length * step;
  }
}

/** Whether b2 = b0 in all of four sections and b0 = 1 in all but the first: every Butterworth filter of even order. */
function areSymmetric(c: usize): bool {
  for (let s = 0; s < 4; s++, c += SECTION) {
    const b0 = load<f64>(c);
    if (load<f64>(c, 16) !== b0 || (s > 0 && b0 !== 1)) return false;
  }
  return true;
}

/**
 * Four sections in one loop, which gives the processor four chains to overlap. Of five multiplications a section three are
 * left: what b0 and b2 share is multiplied once, and by 1 not at all, which changes no bit.
 *
 * The coefficients are read anew for each sample: kept in variables they push the state out of V8's registers, and the
 * loop takes 1.7 times as long.
 *
 * Exported so that the optimiser leaves it a function of its own: as a part of its caller it takes 1.12 times as long.
 *
 * State of section i: zi (z0), wi (z1). Its output: yi.
 */
export function passSymmetric4(x: usize, count: i32, step: isize, c: usize, z: usize): void {
  let z0 = v128.load(z, 0);
  let w0 = v128.load(z, 16);
  let z1 = v128.load(z, 32);
  let w1 = v128.load(z, 48);
  let z2 = v128.load(z, 64);
  let w2 = v128.load(z, 80);
  let z3 = v128.load(z, 96);
  let w3 = v128.load(z, 112);
  for (let i = 0; i < count; i++, x += step) {
    const input = v128.load(x);
    const scaled = f64x2.mul(v128.load64_splat(c, 0), input);
    const y0 = f64x2.add(scaled, z0);
    z0 = f64x2.add(f64x2.sub(f64x2.mul(v128.load64_splat(c, 8), input), f64x2.mul(v128.load64_splat(c, 32), y0)), w0);
    w0 = f64x2.sub(scaled, f64x2.mul(v128.load64_splat(c, 40), y0));
    const y1 = f64x2.add(y0, z1);
    z1 = f64x2.add(f64x2.sub(f64x2.mul(v128.load64_splat(c, 56), y0), f64x2.mul(v128.load64_splat(c, 80), y1)), w1);
    w1 = f64x2.sub(y0, f64x2.mul(v128.load64_splat(c, 88), y1));
    const y2 = f64x2.add(y1, z2);
    z2 = f64x2.add(f64x2.sub(f64x2.mul(v128.load64_splat(c, 104), y1), f64x2.mul(v128.load64_splat(c, 128), y2)), w2);
    w2 = f64x2.sub(y1, f64x2.mul(v128.load64_splat(c, 136), y2));
    const y3 = f64x2.add(y2, z3);
    z3 = f64x2.add(f64x2.sub(f64x2.mul(v128.load64_splat(c, 152), y2), f64x2.mul(v128.load64_splat(c, 176), y3)), w3);
    w3 = f64x2.sub(y2, f64x2.mul(v128.load64_splat(c, 184), y3));
    v128.store(x, y3);
  }
  v128.store(z, z0, 0);
  v128.store(z, w0, 16);
  v128.store(z, z1, 32);
  v128.store(z, w1, 48);
  v128.store(z, z2, 64);
  v128.store(z, w2, 80);
  v128.store(z, z3, 96);
  v128.store(z, w3, 112);
}

function pass1(x: usize, count: i32, step: isize, c: usize, z: usize): void {
  let z0 = v128.load(z, 0);
  let z1 = v128.load(z, 16);
  for (let i = 0; i < count; i++, x += step) {
    const input = v128.load(x);
    const y = f64x2.add(f64x2.mul(v128.load64_splat(c, 0), input), z0);
    z0 = f64x2.add(f64x2.sub(f64x2.mul(v128.load64_splat(c, 8), input), f64x2.mul(v128.load64_splat(c, 32), y)), z1);
    z1 = f64x2.sub(f64x2.mul(v128.load64_splat(c, 16), input), f64x2.mul(v128.load64_splat(c, 40), y));
    v128.store(x, y);
  }
  v128.store(z, z0, 0);
  v128.store(z, z1, 16);
}

function flushSubnormals(state: usize, end: usize): void {
  const limit = f64x2.splat(SMALLEST_NORMAL);
  for (; state < end; state += 16) {
    const z = v128.load(state);
    v128.store(state, v128.andnot(z, f64x2.lt(f64x2.abs(z), limit)));
  }
}

/**
 * The rows of a polyphase bank without their zeros, each with room for `width` taps. A cutoff at 1/M of the band makes
 * every M-th tap 0; what is left out once here need not be skipped for every output.
 *
 * @param ends for each row the address behind its last tap.
 */
export function compactBank(taps: usize, ends: usize, bank: usize, width: i32, up: i32): void {
  for (let row = 0; row < up; row++, taps += <usize>width * TAP, ends += 4) {
    let tap = taps;
    for (let t = 0; t < width; t++, bank += 8) {
      const weight = load<f64>(bank);
      if (weight === 0) continue;
      store<f64>(tap, weight);
      store<u32>(tap, <u32>t * <u32>FRAME, 8);
      tap += TAP;
    }
    store<u32>(ends, <u32>tap);
  }
}

/**
 * Polyphase filter, as `upfirdn/fast.ts`: each frame of `y` is the sum of `width` frames of `x`, weighted with one row
 * of the bank. From one output to the next the row goes on by `down` modulo `up`, and the frames by `down / up`.
 *
 * @param oldest the first of the frames that the first output needs. All needed exist, zero where the signal is not.
 * @param taps and `ends` as `compactBank` left them.
 * @param phase row of the first output.
 */
export function upfirdn(
  y: usize,
  count: i32,
  oldest: usize,
  taps: usize,
  ends: usize,
  width: i32,
  up: i32,
  down: i32,
  phase: i32,
): void {
  const row = <usize>width * TAP;
  const step = <usize>up * FRAME;
  const stride = <usize>down * FRAME;
  // Outputs `up` apart share a row, so that a tap loaded once serves four.
  for (let residue = 0; residue < up && residue < count; residue++) {
    const position = phase + residue * down;
    const tap = taps + <usize>(position % up) * row;
    const end = <usize>load<u32>(ends + ((<usize>(position % up)) << 2));
    let x = oldest + <usize>(position / up) * FRAME;
    let out = y + <usize>residue * FRAME;
    let left = (count - residue + up - 1) / up;
    for (; left >= 4; left -= 4, x += 4 * stride, out += 4 * step) sumFour(out, step, x, stride, tap, end);
    for (; left > 0; left--, x += stride, out += step) sumOne(out, x, tap, end);
  }
}

/**
 * Four outputs from `y`, `step` apart, whose oldest frames are `x0`, `stride` apart. Four sums are enough to hide the
 * additions' latency; with eight V8 runs out of registers and takes 1.4 times as long.
 */
function sumFour(y: usize, step: usize, x0: usize, stride: usize, tap: usize, end: usize): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (; tap < end; tap += TAP) {
    const weight = v128.load64_splat(tap);
    const at = <usize>load<u32>(tap, 8);
    s0 = f64x2.add(s0, f64x2.mul(weight, v128.load(x0 + at)));
    s1 = f64x2.add(s1, f64x2.mul(weight, v128.load(x1 + at)));
    s2 = f64x2.add(s2, f64x2.mul(weight, v128.load(x2 + at)));
    s3 = f64x2.add(s3, f64x2.mul(weight, v128.load(x3 + at)));
  }
  v128.store(y, s0);
  v128.store(y + step, s1);
  v128.store(y + 2 * step, s2);
  v128.store(y + 3 * step, s3);
}

function sumOne(y: usize, x: usize, tap: usize, end: usize): void {
  let sum = f64x2.splat(0);
  for (; tap < end; tap += TAP) {
    sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(tap), v128.load(x + <usize>load<u32>(tap, 8))));
  }
  v128.store(y, sum);
}

/**
 * A-law codes to 16-bit linear PCM, as `alaw/reference.ts`, sixteen at a time by arithmetic (G.711, Table 1a): with even
 * bits inverted back a code is sign, segment, mantissa; its level is `2 * mantissa + 33` (segment 0: `+ 1`), times
 * `2^(segment - 1)` (segment 0: 1), times the sign, times 8. `count` is rounded up to sixteen: there must be room.
 */
export function alawToLinear(out: usize, codes: usize, count: i32): void {
  const evenBits = i8x16.splat(0x55);
  const mantissaBits = i8x16.splat(0x0f);
  // By sign and segment; a set sign bit means positive.
  const factor = i8x16(-1, -1, -2, -4, -8, -16, -32, -64, 1, 1, 2, 4, 8, 16, 32, 64);
  const offset = i8x16(1, 33, 33, 33, 33, 33, 33, 33, 1, 33, 33, 33, 33, 33, 33, 33);
  for (const end = codes + <usize>count; codes < end; codes += 16, out += 32) {
    const code = v128.xor(v128.load(codes), evenBits);
    const segment = i8x16.shr_u(code, 4);
    const mantissa = v128.and(code, mantissaBits);
    const level = i8x16.add(i8x16.add(mantissa, mantissa), i8x16.swizzle(offset, segment));
    const scale = i8x16.swizzle(factor, segment);
    v128.store(out, i16x8.shl(i16x8.extmul_low_i8x16_s(level, scale), 3));
    v128.store(out, i16x8.shl(i16x8.extmul_high_i8x16_s(level, scale), 3), 16);
  }
}
