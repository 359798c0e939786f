/**
 * Samples of which nobody can tell whether a correction of the clock came before or behind them, where the clocks are a
 * second apart: their times are certain to that second only. They make a segment of their own, so that no other pays for them.
 */

import { type ClockBreak, WHOLE_SECOND } from './clock-breaks.ts';
import { boundClock, MAX_DRIFT, type OffsetBounds } from './clock-sweep.ts';
import type { Marks } from './marks.ts';

/** Marks from to before `stop`. */
export type MarkRange = { readonly from: number; readonly stop: number };

/** The marks about each such break, ascending and apart. Of a break's range the last row is the new clock's for sure. */
export function doubtfulMarks({ row }: Marks, breaks: readonly ClockBreak[]): readonly MarkRange[] {
  const ranges: MarkRange[] = [];
  for (const { mark, range, doubt } of breaks) {
    if (doubt < WHOLE_SECOND) continue;
    let [from, stop] = [mark, mark];
    while (from > 0 && row[from - 1]! >= range.first) from--;
    while (stop < row.length && row[stop]! < range.last) stop++;
    const before = ranges.at(-1);
    if (before !== undefined && from <= before.stop) ranges.splice(-1, 1, { from: before.from, stop });
    else if (from < stop) ranges.push({ from, stop });
  }
  return ranges;
}

/**
 * Bounds the clock of the marks that share a piece with doubtful ones by themselves alone: the doubtful ones may not be of this clock.
 *
 * @param cuts where pieces begin that one clock explains, and the number of marks
 * @param bounds of all of a piece together, which those of its doubtful marks remain
 */
export function boundWithoutDoubt(
  marks: Marks,
  cuts: readonly number[],
  doubtful: readonly MarkRange[],
  bounds: OffsetBounds,
): void {
  if (doubtful.length === 0) return;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, stop] = [cuts[i]!, cuts[i + 1]!];
    const sureFrom = Math.min(rangeAt(doubtful, from)?.stop ?? from, stop);
    const sureStop = Math.max(rangeAt(doubtful, stop - 1)?.from ?? stop, sureFrom);
    const isPart = sureStop - sureFrom < stop - from;
    if (isPart && sureFrom < sureStop) boundClock(marks, sureFrom, sureStop, MAX_DRIFT, bounds);
  }
}

/** The range that holds a mark, if one does. */
function rangeAt(ranges: readonly MarkRange[], mark: number): MarkRange | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.stop <= mark) low = middle + 1;
    else high = middle;
  }
  const found = ranges[low];
  return found !== undefined && found.from <= mark ? found : undefined;
}
