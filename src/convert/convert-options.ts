/** What a conversion is asked, and what it tells on the way. */

import type { Readable } from 'node:stream';
import type { PlanOptions } from '../plan/plan.ts';

export const DEFAULT_OUT = 'signals';

export interface ConvertOptions extends PlanOptions {
  /** Files and folders; `-` is standard input. */
  readonly inputs: readonly string[];
  /** Folder that names of inputs are told from: a file below it is called by its path from there. @default the current one */
  readonly base?: string;
  /** Folder of the data set; made where it is missing, added to when it holds one. @default 'signals' */
  readonly out?: string;
  /** Worker threads; 0: this thread. @default one a core */
  readonly workers?: number;
  /** Stop at the first rejected input and leave the data set as it was. @default false */
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ConvertProgress) => void;
  /** What `-` reads. @default process.stdin */
  readonly stdin?: Readable;
}

/** Work done and to be done: bytes of input while decoding, files while writing. */
export type ConvertProgress = { readonly phase: 'decode' | 'write'; readonly done: number; readonly total: number };
