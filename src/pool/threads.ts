/**
 * Worker threads, each at one task at a time.
 *
 * Node.js aborts the whole process now and then when a thread is terminated that still loads its code. So a thread ends by
 * itself when it is told to, which it hears when it has loaded; and where a task is to be stopped, its thread is terminated
 * only while nothing loads in it.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { messageOf, WorkerError } from '../core/errors.ts';
import { noLoads } from '../files/digest.ts';
import { LOADED, type Reply, type Task, type ThreadSetting } from './protocol.ts';
import { buffersOf } from './transfer.ts';

/** No thread could load its code: nothing can be done by threads. */
export class WorkerLoadError extends WorkerError {}

type Job = {
  readonly task: Task;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  /** `null`: it waits. */
  thread: Thread | null;
};

/** Starts threads as there is work for them. */
export class Threads {
  readonly #most: number;
  readonly #entry: string;
  readonly #digestEntry: string | null;
  readonly #threads = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #queue: Job[] = [];
  #failure: WorkerLoadError | null = null;

  /**
   * @param entry path of the code they run
   * @param digestEntry of the threads they may have beside them
   * @param early started at once: loading takes as long as listing the inputs
   */
  constructor(entry: string, digestEntry: string | null, most: number, early: number) {
    this.#entry = entry;
    this.#digestEntry = digestEntry;
    this.#most = most;
    for (let i = 0; i < early; i++) this.#start();
  }

  /**
   * Does a task when a thread is free; its array buffers are moved.
   *
   * @param signal takes it out of the queue, or stops the thread that works on it
   * @throws WorkerLoadError when threads cannot load their code; what the thread died of; any error once the signal has fired
   */
  async run(task: Task, signal: AbortSignal | undefined): Promise<Reply> {
    if (this.#failure !== null) throw this.#failure;
    let abort = (): void => undefined;
    const reply = new Promise<Reply>((resolve, reject) => {
      const job: Job = { task, resolve, reject, thread: null };
      abort = () => this.#abort(job, signal?.reason);
      this.#queue.push(job);
    });
    signal?.addEventListener('abort', abort);
    this.#next();
    try {
      return await reply;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** All of them end; none may be at work. */
  async end(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  #start(): void {
    let thread: Thread;
    try {
      thread = new Thread(this.#entry, this.#digestEntry);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#threads.add(thread);
    thread.loaded.then(
      () => this.#free(thread),
      (error: unknown) => this.#fail(error),
    );
    void thread.ended.then(() => this.#remove(thread));
  }

  #remove(thread: Thread): void {
    this.#threads.delete(thread);
    const at = this.#idle.indexOf(thread);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#next();
  }

  /** What waits goes to threads that are free; where there are too few, more are started. */
  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const [thread, job] = [this.#idle.shift(), this.#queue.shift()];
      if (thread !== undefined && job !== undefined) void this.#work(thread, job);
    }
    const loading = (): number => [...this.#threads].filter((thread) => thread.isLoading).length;
    while (this.#failure === null && this.#threads.size < this.#most && loading() < this.#queue.length) this.#start();
  }

  async #work(thread: Thread, job: Job): Promise<void> {
    job.thread = thread;
    await thread.ask(job.task).then(job.resolve, job.reject);
    this.#free(thread);
  }

  #free(thread: Thread): void {
    if (!thread.isEnding) this.#idle.push(thread);
    this.#next();
  }

  #abort(job: Job, reason: unknown): void {
    if (job.thread !== null) {
      void job.thread.stop();
      return;
    }
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    job.reject(reason);
  }

  #fail(error: unknown): void {
    const failure = (this.#failure ??= new WorkerLoadError(
      `worker threads cannot start: ${messageOf(error)}; install the package whole (dist/workers beside dist/src), or work without threads (--workers 0)`,
      { cause: error },
    ));
    for (const { reject } of this.#queue.splice(0)) reject(failure);
  }
}

class Thread {
  /** Rejects when the thread ends before it can take a task. */
  readonly loaded: Promise<void>;
  readonly ended: Promise<void>;
  isLoading = true;
  isEnding = false;
  readonly #loads = noLoads();
  readonly #worker: Worker;
  #asked: { readonly resolve: (reply: Reply) => void; readonly reject: (error: unknown) => void } | null = null;

  constructor(entry: string, digestEntry: string | null) {
    this.#loads[0] = 1;
    const setting: ThreadSetting = { digestEntry, loads: this.#loads };
    const worker = new Worker(entry, {
      workerData: setting,
      // Sample arrays live outside the JavaScript heap; what is in it is small. A young generation of the usual 48 MB
      // a thread would take 50 MB more of memory and save no time.
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 2 },
    });
    this.#worker = worker;
    this.loaded = new Promise((resolve, reject) => {
      this.#asked = { resolve: () => resolve(), reject };
    });
    this.ended = new Promise((resolve) => {
      let reason: unknown;
      worker.on('error', (error) => (reason ??= error));
      worker.on('exit', (code) => {
        this.isLoading = false;
        this.isEnding = true;
        this.#loads.fill(0);
        this.#asked?.reject(reason ?? new Error(`the thread ended with exit code ${code}`));
        this.#asked = null;
        resolve();
      });
    });
    worker.on('message', (message: Reply | typeof LOADED) => this.#take(message));
    worker.on('messageerror', (error) => this.#asked?.reject(error));
  }

  ask(task: Task): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#worker.postMessage(task, buffersOf(task));
      this.#worker.ref();
      this.#asked = { resolve, reject };
    });
  }

  /** Of one that is not at work. */
  async end(): Promise<void> {
    await this.loaded.catch(() => undefined); // whoever waits for it is told
    this.isEnding = true;
    this.#worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(null);
    await this.ended;
  }

  /** At work or not. */
  async stop(): Promise<void> {
    this.isEnding = true;
    while (this.#loads.some((loading) => loading !== 0)) await sleep(2);
    await this.#worker.terminate();
  }

  #take(message: Reply | typeof LOADED): void {
    const asked = this.#asked;
    this.#asked = null;
    // One that does nothing keeps no process alive; one that loads does: the end of the process would stop it, too.
    this.isLoading = false;
    this.#worker.unref();
    if (message === LOADED) asked?.resolve({ ok: true, value: null as never });
    else asked?.resolve(message);
  }
}
