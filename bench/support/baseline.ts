import { readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from './harness.ts';

/** `ratio`: as measured when last written. `floor`: below it something broke. Ratios only: times belong to a machine. */
export type Baseline = Readonly<Record<string, { readonly ratio: number; readonly floor: number }>>;

/** A new floor leaves this much of the ratio: machines drift by a third, a lost optimisation costs more. */
const MARGIN = 0.7;

/** From `dist/bench/support`, where this runs, to the committed file. */
const FILE = new URL('../../../bench/baseline.json', import.meta.url);

export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Baseline;
}

/** Sets the ratios measured, keeps the floors there are, gives new names one, and sorts by name. */
export function writeBaseline(old: Baseline, outcomes: readonly Outcome[]): void {
  const merged = new Map(Object.entries(old));
  for (const { name, ratio } of outcomes) {
    merged.set(name, { ratio: rounded(ratio), floor: old[name]?.floor ?? rounded(MARGIN * ratio) });
  }
  const sorted = Object.fromEntries([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Why an outcome does not pass, or nothing. */
export function shortfall(baseline: Baseline, { name, ratio }: Outcome): string | undefined {
  const entry = baseline[name];
  if (entry === undefined) return `${name}: no floor yet; measure with \`npm run bench -- --write\``;
  return ratio < entry.floor ? `${name}: ratio ${ratio.toFixed(2)} is below its floor ${entry.floor}` : undefined;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
