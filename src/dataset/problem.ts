/** What may be wrong with a data set. */

export type DatasetProblem = {
  /**
   * `damaged`: not what was written; `missing`: not there; `stray`: a file that the manifest does not name, but readers of a
   * whole folder would take; `unfinished`: a change that was decided and not carried out.
   */
  readonly what: 'damaged' | 'missing' | 'stray' | 'unfinished';
  /** From the data set's root. */
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
};
