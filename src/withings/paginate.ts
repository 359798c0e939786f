/** Answers in pages: each says whether there is more and where it begins, and is not believed blindly. */

import { type Answer, readBody } from './answer.ts';
import { breach } from './failure.ts';
import { PAGE } from './schemas.ts';

export type Page<T> = {
  readonly answer: Answer;
  readonly items: readonly T[];
  /** Where this page begins. */
  readonly offset: number;
  /** Where the next one begins; `null`: this is the last. */
  readonly nextOffset: number | null;
};

export interface PageOptions {
  /** Where to begin: 0, or the `nextOffset` of a page that is held. @default 0 */
  readonly offset?: number;
}

/** Pages without anything in them, one after the other, that are believed. */
const MAX_EMPTY_PAGES = 100;

/**
 * Asks for page after page.
 *
 * @param ask asks for the page at an offset; `null`: the first
 * @param itemsOf what a page holds, and how much that is
 * @throws ApiError when the offsets do not rise, or nothing but empty pages come: the server would be asked for ever
 */
export async function* paginate<T>(
  ask: (offset: number | null) => Promise<Answer>,
  itemsOf: (answer: Answer) => { readonly items: readonly T[]; readonly count: number },
  from = 0,
): AsyncGenerator<Page<T>, void, undefined> {
  let empty = 0;
  for (let offset: number | null = from; offset !== null; ) {
    const answer = await ask(offset === 0 ? null : offset);
    const { items, count } = itemsOf(answer);
    empty = count === 0 ? empty + 1 : 0;
    const nextOffset = nextOf(answer, offset);
    if (nextOffset !== null && empty === MAX_EMPTY_PAGES) {
      throw breach(answer, `got ${empty} empty pages up to offset ${offset} and word of more, expected an end`);
    }
    yield { answer, items, offset, nextOffset };
    offset = nextOffset;
  }
}

function nextOf(answer: Answer, offset: number): number | null {
  const next = readBody(answer, PAGE);
  if (!next.more) return null;
  if (next.offset !== null && next.offset > offset) return next.offset;
  throw breach(
    answer,
    `the page at offset ${offset} says that more begins at ${next.offset ?? 'no offset'}, expected a larger one`,
  );
}
