/**
 * SHA-256 of bytes as they come. It takes as long as decoding them: where the machine has a core to spare, what is long is
 * hashed by a thread beside this one.
 */

import { createHash } from 'node:crypto';
import { threadId, Worker } from 'node:worker_threads';
import { InputError, messageOf } from '../core/errors.ts';
import { beginLoad, endLoad, type Loads, noLoads } from './loads.ts';

/** Where bytes lie in a file that is open for reading. */
export type FilePlace = { readonly descriptor: number; readonly offset: number };

export interface Digest {
  /**
   * Takes bytes, which stay as they are until what {@link settled} then returns has resolved.
   *
   * @param place where they were just read: another core reads them there sooner than from this one's memory
   */
  update(bytes: Uint8Array, place?: FilePlace): void;
  /** Resolves when all bytes so far are hashed. */
  settled(): Promise<void>;
  /** Of all bytes, hexadecimal; nothing is taken any more. */
  hex(): Promise<string>;
}

/** What a thread that hashes is asked, and answers in the same order. */
export type DigestRequest = {
  readonly digest: number;
  /** `null`: the digest ends, and is the answer. */
  readonly content: Uint8Array | FileStretch | null;
};

/** The digest where that was asked for, otherwise empty; what was wrong with this digest alone. */
export type DigestAnswer = string | Error;

export type FileStretch = FilePlace & { readonly length: number };

/** Of a file that is hashed from where it lies: asked for at a time. */
const STRETCH_BYTES = 4 << 20;

/** Hashed before another thread is started: starting one takes as long as hashing twice as much. */
const FIRST_BYTES = 32 << 20;

/** What a thread that hashes is told when it starts: where to tell that it has loaded, and beside which thread it is. */
export type DigestSetting = { readonly loads: Loads; readonly thread: number };

/** Of this thread: what hashes for it, and how much it has hashed itself. */
let entry: string | null = null;
let entryLoads = noLoads();
let helper: DigestThread | null = null;
let hashed = 0;

/**
 * From now on this thread may have another beside it that hashes.
 *
 * @param path of the code it runs
 * @param loads says when that one may load, and is told that it does
 */
export function hashBeside(path: string, loads = noLoads()): void {
  entry = path;
  entryLoads = loads;
}

/** @param isLong it may be worth the hand-off. Bytes in shared memory are not copied for it. */
export function openDigest(isLong: boolean): Digest {
  return isLong && helper?.isReady ? new DigestBeside(helper) : new OwnDigest();
}

class OwnDigest implements Digest {
  readonly #hash = createHash('sha256');

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    hashed += bytes.length;
    if (entry === null || helper !== null || hashed < FIRST_BYTES) return;
    if (beginLoad(entryLoads, threadId)) helper = new DigestThread(entry, entryLoads);
  }

  async settled(): Promise<void> {}

  async hex(): Promise<string> {
    return this.#hash.digest('hex');
  }
}

class DigestBeside implements Digest {
  readonly #thread: DigestThread;
  readonly #digest: number;
  /** Of a file, not yet asked for. */
  #stretch: FileStretch | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(thread: DigestThread) {
    this.#thread = thread;
    this.#digest = thread.nextDigest++;
  }

  update(bytes: Uint8Array, place?: FilePlace): void {
    const before = this.#stretch;
    if (before !== null && place?.descriptor === before.descriptor && place.offset === before.offset + before.length) {
      this.#stretch = { ...before, length: before.length + bytes.length };
    } else {
      this.#askStretch();
      if (place === undefined) void this.#ask(bytes);
      else this.#stretch = { ...place, length: bytes.length };
    }
    if ((this.#stretch?.length ?? 0) >= STRETCH_BYTES) this.#askStretch();
  }

  async settled(): Promise<void> {
    this.#askStretch();
    await this.#last;
  }

  hex(): Promise<string> {
    this.#askStretch();
    return this.#ask(null);
  }

  #askStretch(): void {
    if (this.#stretch !== null) void this.#ask(this.#stretch);
    this.#stretch = null;
  }

  #ask(content: DigestRequest['content']): Promise<string> {
    const answer = this.#thread.ask({ digest: this.#digest, content });
    // A failure is told to whoever waits for it.
    answer.catch(() => undefined);
    this.#last = answer;
    return answer;
  }
}

class DigestThread {
  nextDigest = 0;
  isReady = false;
  readonly #worker: Worker;
  readonly #loads: Loads;
  #failure: Error | null = null;
  readonly #asked: { readonly resolve: (answer: string) => void; readonly reject: (error: Error) => void }[] = [];

  constructor(path: string, loads: Loads) {
    this.#loads = loads;
    const setting: DigestSetting = { loads, thread: threadId };
    const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 };
    this.#worker = new Worker(path, { workerData: setting, resourceLimits });
    this.#worker.unref();
    this.#worker.on('message', (answer: DigestAnswer) => {
      const asked = this.#asked.shift();
      if (answer instanceof Error) asked?.reject(new InputError(`cannot be read again: ${messageOf(answer)}`));
      else asked?.resolve(answer);
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the thread that hashes has ended')));
    this.#start().catch(() => undefined); // its failure was told to `#end`
  }

  async #start(): Promise<void> {
    await this.ask({ digest: this.nextDigest++, content: null });
    this.isReady = true;
  }

  ask(request: DigestRequest): Promise<string> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage(request);
    });
  }

  /** What is under way fails; what begins from now on is hashed by this thread itself. */
  #end(error: Error): void {
    this.isReady = false;
    endLoad(this.#loads, threadId);
    // An error is followed by the exit, which tells less.
    const failure = (this.#failure ??= error);
    for (const { reject } of this.#asked.splice(0)) reject(failure);
  }
}
