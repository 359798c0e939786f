/**
 * A Piscina pool that ends no thread while it loads.
 *
 * Node.js aborts the whole process now and then when a thread is terminated that still loads its code, or beside which
 * another does. Piscina terminates where it is told to. So it is told when that is safe, and gives tasks to none but
 * threads that have loaded.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { messageOf, WorkerError } from '../core/errors.ts';
import { holdLoads, loadsBeside, noLoads, releaseLoads } from '../files/loads.ts';
import type { Reply, Task, ThreadSetting } from './protocol.ts';
import { buffersOf } from './transfer.ts';

/** No thread could load its code: nothing can be done by threads. */
export class WorkerLoadError extends WorkerError {}

/** Two start at once, to be there when the inputs are listed; the others when there is work for them. */
const EARLY = 2;

/** Threads outlive the pause between decoding and writing: starting one costs 150 ms of loading and warming up. */
const IDLE_MILLISECONDS = 60_000;

const POLL_MILLISECONDS = 2;

export class Threads {
  readonly #loads: ThreadSetting['loads'];
  /** `null` instead of a reply: its thread has thrown that. */
  readonly #pool: Piscina<Task | null, Reply | null>;
  /** Once `#started` has settled. */
  readonly #loaded = new WeakSet<Worker>();
  /** Settles when the threads that start at once have loaded, or failed to. */
  readonly #started: Promise<unknown>;
  /** One for each task that has not ended. */
  readonly #stops = new Set<() => void>();
  #isEnding = false;
  #failure: WorkerLoadError | null = null;

  /**
   * @param entry path of the code they run
   * @param digestEntry of the threads they may have beside them
   */
  constructor(entry: string, digestEntry: string | null, workers: number) {
    this.#loads = noLoads(workers);
    const setting: ThreadSetting = { digestEntry, loads: this.#loads };
    const pool = new Piscina<Task | null, Reply | null>({
      filename: entry,
      workerData: setting,
      minThreads: Math.min(EARLY, workers),
      maxThreads: workers,
      idleTimeout: IDLE_MILLISECONDS,
      // A thread that waits for its next task hears the one beside it.
      atomics: 'disabled',
      // Sample arrays live outside the JavaScript heap; what is in it is small. A young generation of the usual 48 MB
      // a thread would take 50 MB more of memory and save no time.
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 2 },
    });
    this.#pool = pool;
    // Told when a thread has loaded; of those that start at once sooner, which `#started` makes good.
    pool.on('workerCreate', ({ id }: { readonly id: number }) => {
      for (const thread of pool.threads) if (thread.threadId === id) this.#loaded.add(thread);
    });
    // Told of threads that end without a task: those that load.
    pool.on('error', (error: unknown) => this.#fail(error));
    pool.on('workerDestroy', () => queueMicrotask(() => this.#failIfNone()));
    this.#started = this.#start();
  }

  /**
   * Does a task when a thread is free; its array buffers are moved.
   *
   * @param signal takes it out of the queue, or stops the thread that works on it
   * @throws WorkerLoadError when threads cannot load their code; what the thread died of; any error once the signal has fired
   */
  async run(task: Task, signal: AbortSignal | undefined): Promise<Reply> {
    if (this.#failure !== null) throw this.#failure;
    const controller = new AbortController();
    let stopped: Promise<void> | null = null;
    const stop = (): void => {
      stopped ??= this.#stop(controller);
    };
    this.#stops.add(stop);
    signal?.addEventListener('abort', stop);
    try {
      return await this.#ask(task, controller.signal);
    } catch (error) {
      throw this.#failure ?? error;
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#stops.delete(stop);
      // oxlint-disable-next-line typescript/await-thenable -- set by `stop`
      await stopped;
    }
  }

  /** All of them end; none may be at work. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#started;
    holdLoads(this.#loads);
    while (this.#isAnyLoading()) await sleep(POLL_MILLISECONDS);
    await this.#pool.destroy();
  }

  /** Piscina takes its first threads for loaded: each gets a task that is none, so that no other waits in it. */
  async #start(): Promise<void> {
    const { threads } = this.#pool;
    const answers = threads.map(() => this.#ask(null, null).catch((error: unknown) => this.#fail(error)));
    await Promise.all(answers);
  }

  async #ask(task: Task | null, signal: AbortSignal | null): Promise<Reply> {
    const reply = await this.#pool.run(task, { transferList: buffersOf(task), signal });
    if (reply === null) throw new Error('the thread has thrown null');
    return reply;
  }

  /** Takes the task out of the queue; or terminates its thread, which has loaded, and waits for its end. */
  async #stop(controller: AbortController): Promise<void> {
    holdLoads(this.#loads);
    while (this.#isAnyLoadingBeside()) await sleep(POLL_MILLISECONDS);
    const before = this.#pool.threads;
    controller.abort();
    const after = new Set(this.#pool.threads);
    const ends = before.filter((thread) => !after.has(thread)).map((thread) => endOf(thread));
    await Promise.all(ends);
    releaseLoads(this.#loads);
  }

  #isAnyLoading(): boolean {
    return !this.#pool.threads.every((thread) => this.#loaded.has(thread)) || this.#isAnyLoadingBeside();
  }

  #isAnyLoadingBeside(): boolean {
    const ids = this.#pool.threads.map(({ threadId }) => threadId);
    return loadsBeside(this.#loads, ids);
  }

  /** Piscina starts no more when those that it started ended as they loaded, by themselves and without an error. */
  #failIfNone(): void {
    if (!this.#isEnding && this.#pool.threads.length === 0) this.#fail(new Error('they end as they load'));
  }

  #fail(error: unknown): void {
    this.#failure ??= new WorkerLoadError(
      `worker threads cannot start: ${messageOf(error)}; install the package whole (dist/workers beside dist/src), or work without threads (--workers 0)`,
      { cause: error },
    );
    for (const stop of this.#stops) stop();
  }
}

function endOf(thread: Worker): Promise<void> {
  return new Promise((resolve) => {
    thread.once('exit', () => resolve());
  });
}
