/**
 * Integers of a JSON array, bytes to int32, and ends of plain text, in AssemblyScript with 16-byte vectors. Contract:
 * int-array/reference.ts.
 *
 * After one token read with care three loops try to go on: the same bytes again and again (gain currents, ranges, whole
 * seconds); up to 8 digits, all of one width and sign (counts, ids); and up to 8 characters of any width and sign (µV).
 * Each takes only what it can prove to be tokens of JSON's grammar and leaves everything else to the careful token. The
 * masks are those of Langdale and Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 28 (2019), 3.1; the digits
 * are folded as by Mula, "SIMD-ized parsing of series of integer values" (0x80.pl, 2018).
 *
 * | memory | holds |
 * |---|---|
 * | 0 | results of a call: address of the next byte, behind the last value, all values ORed, all ANDed, 1 for a line feed; uint32 each |
 * | 256 | 8 widths x 2 gaps x 2 signs: lower bound, range, shuffle of a vector that holds 1 or 2 tokens, and what their first digits add; 64 bytes each |
 * | 2304 | shuffles that right-align one token of 1 to 8 characters, 8 bytes each |
 * | 8192 | shuffles that right-align the next two tokens of 1 to 4 characters, by where their commas are, 8 bytes each |
 * | `HEAP` | the caller's: input and output |
 *
 * A gap is 1 where a space follows each comma, else 0.
 */

import { NEXT_COMMAS, NEXT_COMMAS_GAP, ONE_TOKEN, sameShape, TWO_TOKENS } from './int-array/tables';

/** First byte that is the caller's. */
export const HEAP: usize = 32768;

/** As in reference.ts. */
const END: i32 = 0;
const NEED: i32 = 1;
const FULL: i32 = 2;
const BAIL: i32 = 3;

/** Farthest a loop reads behind the token it starts at: a block of 64 bytes, and a vector at the token behind it. */
const LOOKAHEAD: usize = 96;

/** Fewer tokens of one shape do not make the next as likely as to read the token that broke the row with care. */
const LONG_OUTPUT: usize = 32 << 2;

/** Bytes after which tokens that had many shapes are given the chance to have one: a wrist comes to rest. */
const PATIENCE: usize = 640;

/** Most tokens of a block of 64 bytes: a digit and a comma each; in bytes of output. */
const BLOCK_OUTPUT: usize = 32 << 2;

/**
 * Reads from the value expected at `from` up to the closing bracket, and writes int32 from `out` up to `outEnd`. Up to
 * 60 bytes behind `outEnd` may be overwritten; 32 zero bytes must follow `end`.
 *
 * @returns why it stopped: END, NEED, FULL or BAIL
 */
export function parse(from: usize, end: usize, out: usize, outEnd: usize): i32 {
  const safe: usize = end >= LOOKAHEAD ? end - LOOKAHEAD : 0;
  const hundreds = i32x4.splat(0x0001_0064); // int16 lanes 100, 1
  const minusHundreds = i32x4.splat(<i32>0xffff_ff9c); // int16 lanes -100, -1
  const myriads = i32x4.splat(0x0001_2710); // int16 lanes 10000, 1
  const comma = i8x16.splat(0x2c);
  const minus = i8x16.splat(0x2d);
  const zero = i8x16.splat(0x30);
  const space = i8x16.splat(0x20);
  const nine = i8x16.splat(9);
  const rightAligning = i8x16(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1);
  let status = NEED;
  let lineFeeds: u32 = 0;
  let i = from;
  let o = out;

  while (true) {
    if (o >= outEnd) {
      status = FULL;
      break;
    }

    // One token with care: grammar, range, any white space. `start` stands before it: so indented values are runs too.
    const start = i;
    let byte: u32 = load<u8>(i);
    while (i < end && isSpace(byte)) {
      lineFeeds |= byte == 0x0a ? 1 : 0;
      byte = load<u8>(++i);
    }
    let p = i;
    let sign: i32 = 0; // 0 or -1: (v ^ sign) - sign negates
    if (byte == 0x2d) {
      sign = -1;
      byte = load<u8>(++p);
    }
    const text = i8x16.sub(v128.load(p), zero);
    const width: usize = ctz(~i8x16.bitmask(i8x16.le_u(text, nine))); // 16: so many or more
    const leadingZero = width > 1 && load<u8>(p) == 0x30;
    p += width;
    if (width == 16) while (<u32>load<u8>(p) - 0x30 <= 9) p++; // the zeros behind `end` stop it
    if (p >= end) break;
    const aligned = i8x16.swizzle(text, i8x16.add(rightAligning, i8x16.splat(<u8>width)));
    const fours = i32x4.dot_i16x8_s(pairs(aligned), hundreds);
    const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), myriads);
    const value = <i64>i32x4.extract_lane(eights, 0) * 100_000_000 + <i64>i32x4.extract_lane(eights, 1);
    const tooLarge = width > 10 || value > <i64>i32.MAX_VALUE - <i64>sign;
    if (width == 0 || leadingZero || tooLarge) {
      status = BAIL;
      break;
    }
    byte = load<u8>(p);
    while (p < end && isSpace(byte)) {
      lineFeeds |= byte == 0x0a ? 1 : 0;
      byte = load<u8>(++p);
    }
    if (p >= end) break;
    if (byte != 0x2c && byte != 0x5d) {
      status = BAIL;
      break;
    }
    const signed = (<i32>value ^ sign) - sign;
    store<i32>(o, signed);
    o += 4;
    i = p + 1;
    if (byte == 0x5d) {
      status = END;
      break;
    }
    let gap: usize = 0;
    if (load<u8>(i) == 0x20) {
      gap = 1;
      i++;
    }
    if (i > safe) continue;

    // The bytes that follow repeat those of the token: so many times its value.
    if (load<u64>(i) == load<u64>(start)) {
      const period = i - start;
      let same = i;
      while (same <= safe) {
        const low = i8x16.bitmask(i8x16.eq(v128.load(same), v128.load(same - period)));
        const high = i8x16.bitmask(i8x16.eq(v128.load(same, 16), v128.load(same - period, 16)));
        const equal = low | (high << 16);
        if (equal != -1) {
          same += ctz(~equal);
          break;
        }
        same += 32;
      }
      const repeats = min((same - i) / period, (outEnd - o) >> 2);
      if (repeats > 0) {
        const four = i32x4.splat(signed);
        const to = o + (repeats << 2);
        for (let q = o; q < to; q += 64) {
          v128.store(q, four);
          v128.store(q, four, 16);
          v128.store(q, four, 32);
          v128.store(q, four, 48);
        }
        o = to;
        i += repeats * period;
        continue;
      }
    }

    if (width > 8) continue;
    const before = o;
    // All tokens as wide as the last and of its sign, 4 a step. A vector holds two tokens of up to 8 bytes, or one.
    const step = <usize>-sign + width + 1 + gap;
    const table = sameShape(sign, width, gap);
    const lower = v128.load(table);
    const range = v128.load(table, 16);
    const shuffle = v128.load(table, 32);
    const signedMyriads = i32x4.splat(sign == 0 ? 0x0001_2710 : <i32>0xffff_d8f0); // int16 lanes, both negated
    const leading = i32x4.splat(load<i32>(table, 48));
    const lastOutput = outEnd - 16;
    if (step <= 8) {
      while (i <= safe && o <= lastOutput) {
        const a = i8x16.sub(v128.load(i), lower);
        const b = i8x16.sub(v128.load(i + 2 * step), lower);
        if (v128.any_true(v128.or(i8x16.sub_sat_u(a, range), i8x16.sub_sat_u(b, range)))) break;
        const ab = i32x4.dot_i16x8_s(pairs(i8x16.swizzle(a, shuffle)), hundreds);
        const cd = i32x4.dot_i16x8_s(pairs(i8x16.swizzle(b, shuffle)), hundreds);
        const value = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(ab, cd), signedMyriads);
        v128.store(o, i32x4.add(value, leading));
        o += 16;
        i += 4 * step;
      }
    } else {
      while (i <= safe && o <= lastOutput) {
        const a = i8x16.sub(v128.load(i), lower);
        const b = i8x16.sub(v128.load(i + step), lower);
        const c = i8x16.sub(v128.load(i + 2 * step), lower);
        const d = i8x16.sub(v128.load(i + 3 * step), lower);
        const odd = v128.or(
          v128.or(i8x16.sub_sat_u(a, range), i8x16.sub_sat_u(b, range)),
          v128.or(i8x16.sub_sat_u(c, range), i8x16.sub_sat_u(d, range)),
        );
        if (v128.any_true(odd)) break;
        const ab = i64x2.shuffle(i8x16.swizzle(a, shuffle), i8x16.swizzle(b, shuffle), 0, 2);
        const cd = i64x2.shuffle(i8x16.swizzle(c, shuffle), i8x16.swizzle(d, shuffle), 0, 2);
        const low = i32x4.dot_i16x8_s(pairs(ab), hundreds);
        const high = i32x4.dot_i16x8_s(pairs(cd), hundreds);
        const value = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(low, high), signedMyriads);
        v128.store(o, i32x4.add(value, leading));
        o += 16;
        i += 4 * step;
      }
    }
    if (o - before >= LONG_OUTPUT) continue;

    // 1 to 8 characters with or without a sign, in blocks of 64 bytes that begin with a token.
    const afterComma: u64 = 1 + gap;
    const pairTable = gap == 0 ? TWO_TOKENS : TWO_TOKENS + ((<usize>NEXT_COMMAS + 1) << 3);
    const pairMask = gap == 0 ? NEXT_COMMAS : NEXT_COMMAS_GAP;
    const blocksEnd = min(safe, i + PATIENCE);
    while (i <= blocksEnd && o + BLOCK_OUTPUT <= outEnd) {
      const a = v128.load(i);
      const b = v128.load(i, 16);
      const c = v128.load(i, 32);
      const d = v128.load(i, 48);
      let commas = mask64(i8x16.eq(a, comma), i8x16.eq(b, comma), i8x16.eq(c, comma), i8x16.eq(d, comma));
      const minuses = mask64(i8x16.eq(a, minus), i8x16.eq(b, minus), i8x16.eq(c, minus), i8x16.eq(d, minus));
      const zeros = mask64(i8x16.eq(a, zero), i8x16.eq(b, zero), i8x16.eq(c, zero), i8x16.eq(d, zero));
      const numerals = mask64(
        i8x16.le_u(i8x16.sub(a, zero), nine),
        i8x16.le_u(i8x16.sub(b, zero), nine),
        i8x16.le_u(i8x16.sub(c, zero), nine),
        i8x16.le_u(i8x16.sub(d, zero), nine),
      );
      const starts: u64 = (commas << afterComma) | 1;
      const leads: u64 = (starts & ~minuses) | ((starts & minuses) << 1);
      let spaces: u64 = 0;
      let spacesDue: u64 = 0;
      if (gap != 0) {
        spaces = mask64(i8x16.eq(a, space), i8x16.eq(b, space), i8x16.eq(c, space), i8x16.eq(d, space));
        spacesDue = commas << 1;
      }

      // Where the grammar is broken: a minus inside of a token; no digit where one is due; a digit behind a leading
      // zero; any other byte; a space missing or too many; and where a token of 9 characters or more starts.
      let odd: u64 = minuses & ~starts;
      odd |= leads & ~numerals;
      odd |= ((leads & zeros) << 1) & numerals;
      odd |= ~(commas | minuses | numerals | spaces);
      odd |= spaces ^ spacesDue;
      const characters = numerals | minuses;
      const twoLong = characters & (characters >> 1);
      const fourLong = twoLong & (twoLong >> 2);
      odd |= fourLong & (fourLong >> 4) & (characters >> 8);
      if (odd != 0) commas &= (odd & (0 - odd)) - 1; // the tokens that end before it
      if (commas == 0) break;

      const block = i;
      let q = o;
      let s: u64 = 0; // start of the token at hand in the block
      o += (<usize>popcnt(commas)) << 2;
      i = block + 64 - <usize>clz(commas);
      // Both loops do four tokens a step; what they write too much is overwritten later.
      if ((fourLong & (characters >> 4)) == 0) {
        const ends = commas;
        do {
          const ab = twoTokens(block, s, pairTable + ((<usize>((ends >> s) & pairMask)) << 3));
          commas &= commas - 1;
          s = ctz(commas) + afterComma;
          commas &= commas - 1;
          const cd = twoTokens(block, s, pairTable + ((<usize>((ends >> s) & pairMask)) << 3));
          commas &= commas - 1;
          s = ctz(commas) + afterComma;
          commas &= commas - 1;
          const text = i64x2.shuffle(ab, cd, 0, 2);
          // Negated on the way, so that what has to be told is the cheaper side: where no minus is.
          const positive = i32x4.eq(i8x16.eq(text, minus), i32x4.splat(0));
          const negated = i32x4.dot_i16x8_s(pairs(i8x16.sub_sat_u(text, zero)), minusHundreds);
          v128.store(q, i32x4.sub(v128.xor(negated, positive), positive));
          q += 16;
        } while (q < o);
      } else {
        do {
          let e = ctz(commas);
          const a = oneToken(block, s, e);
          s = e + afterComma;
          commas &= commas - 1;
          e = ctz(commas);
          const b = oneToken(block, s, e);
          s = e + afterComma;
          commas &= commas - 1;
          e = ctz(commas);
          const c = oneToken(block, s, e);
          s = e + afterComma;
          commas &= commas - 1;
          e = ctz(commas);
          const d = oneToken(block, s, e);
          s = e + afterComma;
          commas &= commas - 1;
          const ab = i64x2.shuffle(a, b, 0, 2);
          const cd = i64x2.shuffle(c, d, 0, 2);
          const none = i64x2.splat(0);
          const abNegative = i64x2.ne(i8x16.eq(ab, minus), none);
          const cdNegative = i64x2.ne(i8x16.eq(cd, minus), none);
          const negative = v128.shuffle<i32>(abNegative, cdNegative, 0, 2, 4, 6);
          const low = i32x4.dot_i16x8_s(pairs(i8x16.sub_sat_u(ab, zero)), hundreds);
          const high = i32x4.dot_i16x8_s(pairs(i8x16.sub_sat_u(cd, zero)), hundreds);
          const magnitude = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(low, high), myriads);
          v128.store(q, i32x4.sub(v128.xor(magnitude, negative), negative));
          q += 16;
        } while (q < o);
      }
      if (gap != 0) {
        if (load<u8>(i) != 0x20) break;
        i++;
      }
    }
  }
  store<u32>(0, <u32>i);
  store<u32>(4, <u32>o);
  storeBits(8, out, o);
  store<u32>(16, lineFeeds);
  return status;
}

/** Address of the first byte that is a quote, a backslash, a control character or not ASCII; else `end`. */
export function plainEnd(from: usize, end: usize): usize {
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  const space = i8x16.splat(0x20);
  for (let i = from; i < end; i += 16) {
    const text = v128.load(i);
    const special = v128.or(i8x16.eq(text, quote), i8x16.eq(text, backslash));
    const odd = i8x16.bitmask(v128.or(special, i8x16.lt_s(text, space))); // signed, so that 0x80 and more are negative
    if (odd != 0) return min(i + ctz(odd), end);
  }
  return end;
}

function isSpace(byte: u32): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09;
}

/** 16 digits to 8 numbers of two digits; the first digit of a pair is the lower byte. */
function pairs(digits: v128): v128 {
  // The upper byte of lower + 256 * upper times 1 + 256 * 10: no carry reaches it.
  return i16x8.shr_u(i16x8.mul(digits, i16x8.splat(0x0a01)), 8);
}

/** The highest bit of each byte, as one word. */
function mask64(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64>i8x16.bitmask(a) |
    ((<u64>i8x16.bitmask(b)) << 16) |
    ((<u64>i8x16.bitmask(c)) << 32) |
    ((<u64>i8x16.bitmask(d)) << 48)
  );
}

function twoTokens(block: usize, s: u64, shuffle: usize): v128 {
  return i8x16.swizzle(v128.load(block + <usize>s), v128.load64_zero(shuffle));
}

/** Behind the last comma `e - s` is no length: the result is not used, and the table has 16 rows. */
function oneToken(block: usize, s: u64, e: u64): v128 {
  const shuffle = ONE_TOKEN + ((<usize>((e - s) & 15)) << 3);
  return i8x16.swizzle(v128.load64_zero(block + <usize>s), v128.load64_zero(shuffle));
}

/** Writes all values of [from, to) ORed, and behind it all ANDed. */
function storeBits(results: usize, from: usize, to: usize): void {
  let any = i32x4.splat(0);
  let all = i32x4.splat(-1);
  let q = from;
  for (; q + 64 <= to; q += 64) {
    const a = v128.load(q);
    const b = v128.load(q, 16);
    const c = v128.load(q, 32);
    const d = v128.load(q, 48);
    any = v128.or(any, v128.or(v128.or(a, b), v128.or(c, d)));
    all = v128.and(all, v128.and(v128.and(a, b), v128.and(c, d)));
  }
  for (; q + 16 <= to; q += 16) {
    any = v128.or(any, v128.load(q));
    all = v128.and(all, v128.load(q));
  }
  let bits = i32x4.extract_lane(any, 0) | i32x4.extract_lane(any, 1);
  bits |= i32x4.extract_lane(any, 2) | i32x4.extract_lane(any, 3);
  let commonBits = i32x4.extract_lane(all, 0) & i32x4.extract_lane(all, 1);
  commonBits &= i32x4.extract_lane(all, 2) & i32x4.extract_lane(all, 3);
  for (; q < to; q += 4) {
    bits |= load<i32>(q);
    commonBits &= load<i32>(q);
  }
  store<i32>(results, bits);
  store<i32>(results, commonBits, 4);
}
