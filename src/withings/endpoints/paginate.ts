/** Answers in pages: each says whether there is more and where it begins, and is not believed blindly. */

import { type ApiError, isApiError } from '../../core/errors.ts';
import { type Answer, readBody } from '../http/answer.ts';
import { breach } from '../http/failure.ts';
import { PAGE } from './schemas.ts';

export type Page<T> = {
  readonly answer: Answer;
  readonly items: readonly T[];
  /** Where this page begins. */
  readonly offset: number;
  /** Where the next one begins; `null`: this is the last that can be had. */
  readonly nextOffset: number | null;
  /** What was odd among the items, one line each; they are left out, or stand there without what was odd. */
  readonly odd: readonly string[];
  /** There may be more behind this page, and no way to it: thrown when the next one is asked for. `null`: all is well. */
  readonly flaw: ApiError | null;
};

export interface PageOptions {
  /** Where to begin: 0, or the `nextOffset` of a page that is held. @default 0 */
  readonly offset?: number;
}

/** Pages without anything in them, one after the other, that are believed. */
const MAX_EMPTY_PAGES = 100;

export type PageContent<T> = {
  readonly items: readonly T[];
  /** How much there is in the page, odd items included. */
  readonly count: number;
  /** @default nothing */
  readonly odd?: readonly string[];
};

/**
 * Asks for page after page.
 *
 * @param ask asks for the page at an offset; `null`: the first
 * @throws ApiError when the offsets do not rise, or nothing but empty pages come: the server would be asked for ever. What the
 * page brought that says so has been yielded before.
 */
export async function* paginate<T>(
  ask: (offset: number | null) => Promise<Answer>,
  contentOf: (answer: Answer) => PageContent<T>,
  from = 0,
): AsyncGenerator<Page<T>, void, undefined> {
  let empty = 0;
  for (let offset: number | null = from; offset !== null; ) {
    const answer = await ask(offset === 0 ? null : offset);
    const { items, count, odd = [] } = contentOf(answer);
    empty = count === 0 ? empty + 1 : 0;
    const next = nextOf(answer, offset, empty);
    const flaw = isApiError(next) ? next : null;
    const nextOffset = isApiError(next) ? null : next;
    yield { answer, items, odd, offset, nextOffset, flaw };
    if (flaw !== null) throw flaw;
    offset = nextOffset;
  }
}

function nextOf(answer: Answer, offset: number, empty: number): number | null | ApiError {
  let next: { readonly more: boolean; readonly offset: number | null };
  try {
    next = readBody(answer, PAGE);
  } catch (error) {
    if (!isApiError(error)) throw error;
    return error;
  }
  if (!next.more) return null;
  if (next.offset === null || next.offset <= offset) {
    const begins = next.offset ?? 'no offset';
    return breach(answer, `the page at offset ${offset} says that more begins at ${begins}, expected a larger one`);
  }
  if (empty < MAX_EMPTY_PAGES) return next.offset;
  return breach(answer, `got ${empty} empty pages up to offset ${offset} and word of more, expected an end`);
}
