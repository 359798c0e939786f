/**
 * Chunks of samples, however delivered, to one set: each (timestamp, id) once, in that order.
 *
 * The result depends on the set of samples alone: not on how they were cut into chunks, repeated or ordered. Only
 * stretches of keys are held; columns are gathered a piece at a time, from where they lie.
 */

import { readSpans, takeSpans } from './key-spans.ts';
import { type DistinctSpans, dropRepeats } from './repeats.ts';
import type { SeriesChunk } from './series-chunk.ts';
import { openSource, type SeriesSource } from './series-source.ts';
import { sortedOrder } from './sorted-order.ts';

export type MergedSeries = DistinctSpans & { readonly source: SeriesSource };

/** @param columnOrder names in the order of the table; further columns of the chunks follow in name order. */
export function mergeSeries(chunks: readonly SeriesChunk[], columnOrder: readonly string[]): MergedSeries {
  const source = openSource(chunks, columnOrder);
  const delivered = readSpans(source);
  const order = sortedOrder(delivered);
  const sorted = order === null ? delivered : takeSpans(delivered, order);
  return { source, ...dropRepeats(source, sorted) };
}
