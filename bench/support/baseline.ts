import { readFileSync, writeFileSync } from 'node:fs';
import { median, type Outcome } from './harness.ts';

/** Ratios only: times belong to a machine. */
export type BaselineEntry = {
  /** Median of the runs when last written. */
  readonly ratio: number;
  /** Below it the program has become slower. */
  readonly floor: number;
  /** Of all runs since the entry was made, on good days and bad ones; absent: it was made before spreads were kept. */
  readonly spread?: { readonly low: number; readonly high: number; readonly runs: number };
};

export type Baseline = Readonly<Record<string, BaselineEntry>>;

/** A floor leaves this much of the least ratio seen: a day may be worse still. */
const MARGIN = 0.9;

/** From `dist/bench/support`, where this runs, to the committed file. */
const FILE = new URL('../../../bench/baseline.json', import.meta.url);

export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Baseline;
}

/**
 * Adds what was measured to the spreads, and sorts by name. A floor above the margin goes down to it; none goes up.
 *
 * @param anew what was measured before of these comparisons is forgotten, their floors are set again
 */
export function writeBaseline(old: Baseline, outcomes: readonly Outcome[], anew: boolean): void {
  const merged = new Map(Object.entries(old));
  for (const name of new Set(outcomes.map((outcome) => outcome.name))) {
    const ratios = outcomes.filter((outcome) => outcome.name === name).map(({ ratio }) => ratio);
    merged.set(name, entryOf(anew ? undefined : old[name], ratios));
  }
  const sorted = Object.fromEntries([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

function entryOf(old: BaselineEntry | undefined, ratios: readonly number[]): BaselineEntry {
  const before = old?.spread === undefined ? [] : [old.spread.low, old.spread.high];
  const low = rounded(Math.min(...ratios, ...before));
  const high = rounded(Math.max(...ratios, ...before));
  return {
    ratio: rounded(median(ratios)),
    floor: Math.min(old?.floor ?? Number.POSITIVE_INFINITY, rounded(MARGIN * low)),
    spread: { low, high, runs: ratios.length + (old?.spread?.runs ?? 0) },
  };
}

/** Why an outcome does not pass, or nothing. */
export function shortfall(baseline: Baseline, { name, ratio }: Outcome): string | undefined {
  const entry = baseline[name];
  if (entry === undefined) return `${name}: no floor yet; measure with \`npm run bench -- --write --runs 10\``;
  return ratio < entry.floor ? `${name}: ratio ${ratio.toFixed(2)} is below its floor ${entry.floor}` : undefined;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
