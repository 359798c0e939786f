import { fuzzCases } from './cases.ts';
import { differenceOf } from './judge.ts';

export type FuzzResult = { readonly cases: number; readonly differences: readonly string[] };

/** Differences told in full; more are only counted. */
const MOST_TOLD = 10;

/** Scanner against `JSON.parse`, with the kernels that this thread has. */
export function fuzz(count: number, seed: number): FuzzResult {
  const differences: string[] = [];
  let cases = 0;
  for (const { bytes, cuts } of fuzzCases(count, seed)) {
    const difference = differenceOf(bytes, cuts);
    cases++;
    if (difference !== null)
      differences.push(differences.length < MOST_TOLD ? told(difference, bytes, cuts) : difference);
  }
  return { cases, differences };
}

function told(difference: string, bytes: Uint8Array, cuts: readonly number[]): string {
  return `${difference}\n  bytes (latin1): ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}\n  cuts: ${cuts.join(',')}`;
}
