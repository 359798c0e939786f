/** Pages of a list: `more` and `offset`, and what faults make of them. */

import type { Shape } from './fault-profiles.ts';
import { chooseOf, shareOf, type Word } from './variation.ts';

export type Page<T> = { readonly items: readonly T[]; readonly more: boolean; readonly offset: number };

/** Items by which a page reaches back into the one before, under the fault of that name. */
const OVERLAP = 2;

/** `offset` counts items; behind the last page it is 0. */
export function cutPage<T>(items: readonly T[], offset: number, size: number, shape: Shape | undefined): Page<T> {
  const end = Math.min(items.length, offset + size);
  const more = end < items.length;
  const page = items.slice(offset, end);
  const next = more ? end : 0;
  if (shape === 'duplicated')
    return { items: page.flatMap((item, i) => (i % 3 ? [item] : [item, item])), more, offset: next };
  if (shape === 'reordered') return { items: page.toReversed(), more, offset: next };
  if (shape === 'overlapping' && more) return { items: page, more, offset: Math.max(offset + 1, end - OVERLAP) };
  if (shape === 'repeated-offset') return { items: page, more: true, offset: offset === 0 ? Math.max(1, end) : offset };
  return { items: page, more, offset: next };
}

/** The API writes `more` as a boolean and as 0 or 1: to one user always the same. */
export function writeMore(more: boolean, seed: number, ...who: readonly Word[]): boolean | 0 | 1 {
  if (shareOf(seed, 'more', ...who) < 0.5) return more;
  return more ? 1 : 0;
}

/** Odd numbers of items, another for each page. */
export function oddSize(sizes: readonly [number, ...number[]], seed: number, ...page: readonly Word[]): number {
  return chooseOf(sizes, seed, 'page size', ...page);
}
