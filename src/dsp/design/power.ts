/** Multiplying by it cuts a double into two halves of 26 bits, whose products are exact (Dekker 1971). */
const SPLITTER = 2 ** 27 + 1;

/**
 * `base` to a whole power, from 1 on: the nearest double, the same in every engine.
 *
 * `**` is not: its last digit has changed with V8 13.6 (Node 24), and a chain of products is off by one in a third of all
 * cases. So the product is kept as the sum of two doubles, where the second is what the first has lost.
 */
export function power(base: number, exponent: number): number {
  let high = base;
  let low = 0;
  for (let i = 1; i < exponent; i++) {
    const product = high * base;
    const lost = lostIn(product, high, base) + low * base;
    high = product + lost;
    low = lost - (high - product);
  }
  return high;
}

/** a b less the double nearest to it: exact. */
function lostIn(product: number, a: number, b: number): number {
  const aHigh = upperHalf(a);
  const aLow = a - aHigh;
  const bHigh = upperHalf(b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

function upperHalf(value: number): number {
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}
