/** Gathers what a walk over the inputs finds: each file once, whatever the order in which it is found. */

import type { InputFile } from '../../ingest/input-stream.ts';

export type ListedFile = InputFile & { readonly bytes: number };

/** What lies in a folder and is no input: a file by its name, a hidden file or folder, a data set as a whole. */
export type PassedOver = { readonly name: string; readonly what: 'file' | 'hidden' | 'data set' };

export type InputList = {
  /** In name order; a file that is reached under several names is there once, under the smallest. */
  readonly files: readonly ListedFile[];
  /** In name order, one for each name. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  /** In name order. */
  readonly passedOver: readonly PassedOver[];
};

export class FoundInputs {
  readonly #files = new Map<string, ListedFile>();
  readonly #failures = new Map<string, Set<string>>();
  readonly #passedOver = new Map<string, PassedOver>();

  add(file: ListedFile): void {
    const place = placeOf(file);
    if (file.name < (this.#files.get(place)?.name ?? '\uffff')) this.#files.set(place, file);
  }

  fail(name: string, reason: string): void {
    const reasons = this.#failures.get(name);
    if (reasons === undefined) this.#failures.set(name, new Set([reason]));
    else reasons.add(reason);
  }

  /** @param path without links: what is an input under another name is not passed over */
  passOver(path: string, { name, what }: PassedOver): void {
    if (name < (this.#passedOver.get(path)?.name ?? '\uffff')) this.#passedOver.set(path, { name, what });
  }

  finish(): InputList {
    for (const { path } of this.#files.values()) this.#passedOver.delete(path);
    return {
      files: [...this.#files.values()].sort(byName),
      failures: [...this.#failures].map(([name, reasons]) => ({ name, reason: firstOf(reasons) })).sort(byName),
      passedOver: [...this.#passedOver.values()].sort(byName),
    };
  }
}

/** Of a page its name and content: two archives that hold it are one input. */
function placeOf({ name, path, range, sha256 }: ListedFile): string {
  if (sha256 !== undefined) return `page ${name} ${sha256}`;
  return range === undefined ? path : `${path}\0${range.offset}`;
}

function firstOf(reasons: ReadonlySet<string>): string {
  const [first, ...others] = reasons;
  return others.length === 0 ? `${first}` : `${first} (and ${others.length} more)`;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** `3 files, 1 data set`. */
export function describePassedOver(passedOver: readonly PassedOver[]): string {
  const datasets = passedOver.filter(({ what }) => what === 'data set').length;
  const files = passedOver.length - datasets;
  const counted = (n: number, what: string) => (n === 0 ? [] : [`${n} ${what}${n === 1 ? '' : 's'}`]);
  return [...counted(files, 'file'), ...counted(datasets, 'data set')].join(', ');
}
