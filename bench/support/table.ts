import type { Outcome } from './harness.ts';

const NAME_WIDTH = 72;
const COLUMN_WIDTH = 12;

export function formatHeader(): string {
  return line('', ['ours', 'rival', 'ratio', 'floor', 'ours, MB/s']);
}

/** One comparison: name, time a call of both sides, ratio, floor, and the speed where bytes are known. */
export function formatRow({ name, ours, rival, ratio, bytes }: Outcome, floor: number | undefined): string {
  // Bytes a millisecond are kB/s.
  const speed = bytes === undefined ? '' : (bytes / ours / 1000).toFixed(0);
  return line(name, [duration(ours), duration(rival), ratio.toFixed(2), floor?.toString() ?? '-', speed]);
}

/** A comparison that this machine cannot make. */
export function formatSkipped(name: string, reason: string): string {
  return `${name.padEnd(NAME_WIDTH)}  skipped: ${reason}`;
}

function line(name: string, columns: readonly string[]): string {
  return name.padEnd(NAME_WIDTH) + columns.map((column) => column.padStart(COLUMN_WIDTH)).join('');
}

function duration(milliseconds: number): string {
  return milliseconds < 1 ? `${(1000 * milliseconds).toPrecision(3)} us` : `${milliseconds.toPrecision(3)} ms`;
}
