import { expect, it } from 'vitest';
import { power } from '../../../../src/dsp/design/power.ts';
import { createRandom } from '../../../../src/simulator/random.ts';

it('is the double nearest to the power, as whole numbers tell it', () => {
  const random = createRandom(1);
  for (let round = 0; round < 5000; round++) {
    const base = 4 * Math.tan(1.57 * (1 - random.uniform()));
    for (const exponent of [1, 2, 3, 4, 7, 10]) {
      expect(power(base, exponent), `${base} to ${exponent}`).toBe(nearestPower(base, exponent));
    }
  }
});

it('of 1 is the number itself, and small whole numbers are exact', () => {
  expect(power(0.1, 1)).toBe(0.1);
  expect(power(3, 10)).toBe(59_049);
});

/** By the digits of the double, all of them. */
function nearestPower(base: number, exponent: number): number {
  const bits = new BigUint64Array(Float64Array.of(base).buffer)[0]!;
  const digits = ((bits & ((1n << 52n) - 1n)) | (1n << 52n)) ** BigInt(exponent);
  const shift = (Number(bits >> 52n) - 1075) * exponent;
  const surplus = BigInt(Math.max(0, digits.toString(2).length - 53));
  const kept = digits >> surplus;
  const rest = digits - (kept << surplus);
  const half = surplus === 0n ? 1n : 1n << (surplus - 1n);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  return Number(kept + (isUp ? 1n : 0n)) * 2 ** (shift + Number(surplus));
}
