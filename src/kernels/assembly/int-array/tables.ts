/** Tables of the integer kernel, filled when the module starts; where they lie and what they hold: ../int-array.ts. */

const SAME_SHAPE: usize = 256;
export const ONE_TOKEN: usize = 2304;
export const TWO_TOKENS: usize = 8192;

/** Of `TWO_TOKENS`: two tokens of 4 characters have their last comma at bit 9, or 10 with a gap. */
export const NEXT_COMMAS: u64 = 0x3ff;
export const NEXT_COMMAS_GAP: u64 = 0x7ff;

/** A shuffle index that gives a zero byte. */
const NOTHING: u8 = 255;

fillSameShape();
fillOneToken();
fillTwoTokens();

/** Of tokens of that sign (0 or -1), width and gap. */
export function sameShape(sign: i32, width: usize, gap: usize): usize {
  return SAME_SHAPE + ((((width - 1) << 1) + gap) << 7) + ((<usize>-sign) << 6);
}

function fillSameShape(): void {
  for (let sign: i32 = -1; sign <= 0; sign++) {
    for (let width: usize = 1; width <= 8; width++) {
      fillShape(sign, width, 0);
      fillShape(sign, width, 1);
    }
  }
}

function fillShape(sign: i32, width: usize, gap: usize): void {
  const table = sameShape(sign, width, gap);
  const minus = <usize>-sign;
  const step = minus + width + 1 + gap;
  memory.fill(table, 0, 16); // a byte that belongs to no token may be any
  memory.fill(table + 16, 255, 16);
  memory.fill(table + 32, NOTHING, 16);
  let leading: i32 = width > 1 ? 1 : 0; // the lower bound of the first digit is a 1, which the difference lacks
  for (let j: usize = 1; j < width; j++) leading *= 10;
  store<i32>(table, sign == 0 ? leading : -leading, 48);
  for (let token: usize = 0; token < (step <= 8 ? 2 : 1); token++) {
    const at = table + token * step;
    if (minus != 0) bound(at, 0x2d, 0);
    for (let j: usize = 0; j < width; j++) {
      const leading = j == 0 && width > 1; // not a zero
      bound(at + minus + j, leading ? 0x31 : 0x30, leading ? 8 : 9);
      store<u8>(table + 32 + token * 8 + 8 - width + j, <u8>(token * step + minus + j));
    }
    bound(at + minus + width, 0x2c, 0);
    if (gap != 0) bound(at + minus + width + 1, 0x20, 0);
  }
}

function bound(at: usize, lower: u8, range: u8): void {
  store<u8>(at, lower);
  store<u8>(at, range, 16);
}

function fillOneToken(): void {
  memory.fill(ONE_TOKEN, NOTHING, 16 << 3);
  for (let length: usize = 1; length <= 8; length++) rightAlign(ONE_TOKEN + (length << 3), 0, length, 8);
}

function fillTwoTokens(): void {
  for (let gap: usize = 0; gap < 2; gap++) {
    const table = gap == 0 ? TWO_TOKENS : TWO_TOKENS + ((<usize>NEXT_COMMAS + 1) << 3);
    const rows = <u32>(gap == 0 ? NEXT_COMMAS : NEXT_COMMAS_GAP) + 1;
    memory.fill(table, NOTHING, (<usize>rows) << 3);
    for (let commas: u32 = 1; commas < rows; commas++) {
      const row = table + ((<usize>commas) << 3);
      const firstEnd = <usize>ctz(commas);
      rightAlign(row, 0, firstEnd, 4);
      const others = commas & (commas - 1);
      if (others != 0) rightAlign(row + 4, firstEnd + 1 + gap, <usize>ctz(others), 4);
    }
  }
}

/** Shuffle of `size` bytes that moves the bytes from `start` to `end` to its end; none when they are more. */
function rightAlign(shuffle: usize, start: usize, end: usize, size: usize): void {
  if (end <= start || end - start > size) return;
  for (let j = start; j < end; j++) store<u8>(shuffle + size - (end - j), <u8>j);
}
