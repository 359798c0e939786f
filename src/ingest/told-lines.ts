/** What an input tells of itself, in bounded memory: the first lines, and how many more there were. */

/** Some 2 MB. A file of which more is wrong is not one that somebody mends line by line. */
const MAX_LINES = 10_000;

/** Plain data, fit to cross a thread. */
export type ToldLines<T> = { readonly first: readonly T[]; readonly more: number };

export class LineList<T> {
  readonly #first: T[] = [];
  #more = 0;

  get told(): ToldLines<T> {
    return { first: this.#first, more: this.#more };
  }

  push(line: T): void {
    if (this.#first.length < MAX_LINES) this.#first.push(line);
    else this.#more++;
  }

  /** Those of another list, told behind the ones here. */
  join<U>({ first, more }: ToldLines<U>, lineOf: (line: U) => T): void {
    for (const line of first) this.push(lineOf(line));
    this.#more += more;
  }
}
