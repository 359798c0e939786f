/** Our pool over Piscina: typed tasks, array buffers moved both ways, back-pressure, and a death that costs one task. */

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AbortedError, ArgumentError, DatasetError, InputError, messageOf, WorkerError } from '../core/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Recording } from '../signals/signal.ts';
import type { Processed } from '../write/process-recording.ts';
import type { Protocol, Reply, Task, TaskName } from './protocol.ts';
import { Threads, WorkerLoadError } from './threads.ts';

export interface PoolOptions {
  /** Worker threads; 0: work in the calling thread. @default one a core */
  readonly workers?: number;
}

export interface TaskOptions {
  /** Stops the task; one that runs already loses its thread. */
  readonly signal?: AbortSignal | undefined;
}

export interface Pool {
  /** Threads; 0: the calling thread. */
  readonly workers: number;

  /**
   * Filters and resamples an ECG, rebuilds the sample times of a series.
   *
   * The recording is copied when this is called: the caller's arrays stay as they are, and are not those of the result.
   *
   * @throws ArgumentError when the plan does not fit the recording or the pool is closed, WorkerError when its thread
   * died or threads cannot start, AbortedError.
   */
  process<R extends Recording>(recording: R, plan: Plan, options?: TaskOptions): Promise<Processed<R>>;

  /**
   * Resolves when another task would start at once: wait for it before making more.
   *
   * @throws ArgumentError when the pool is closed
   */
  ready(): Promise<void>;

  /** Takes no more tasks, waits for those there are, then ends the threads. Closing again is nothing. */
  close(): Promise<void>;
}

/** What the pipeline asks of a pool beyond the public interface. */
export interface TaskPool extends Pool {
  run<N extends TaskName>(name: N, task: Protocol[N]['task'], options?: TaskOptions): Promise<Protocol[N]['reply']>;
}

/** @throws ArgumentError when `workers` is not a whole number from 0 to 1024. */
export function openPool(options: PoolOptions = {}): Pool {
  return openTaskPool(options);
}

export function openTaskPool({ workers = availableParallelism() }: PoolOptions = {}): TaskPool {
  if (!Number.isInteger(workers) || workers < 0 || workers > 1024) {
    throw new ArgumentError(`workers: got ${workers}, expected a whole number from 0 (this thread) to 1024`);
  }
  const threads = workers === 0 ? null : openThreads(workers);
  // One task at work and one waiting a thread: enough to keep it busy, little enough to bound what is held.
  const gate = openGate(Math.max(1, 2 * workers));

  let closed: Promise<void> | null = null;

  function refuseClosed(): void {
    if (closed !== null) throw new ArgumentError('pool: it is closed; open another one');
  }
  async function run<N extends TaskName>(
    name: N,
    task: Protocol[N]['task'],
    { signal }: TaskOptions = {},
  ): Promise<Protocol[N]['reply']> {
    refuseClosed();
    await gate.enter();
    try {
      signal?.throwIfAborted();
      const message = { name, task } as Task;
      const reply = await attempt(threads === null ? runHere(message) : threads.run(message, signal));
      return valueOf(reply) as Protocol[N]['reply'];
    } catch (error) {
      throw signal?.aborted ? new AbortedError('interrupted', { cause: error }) : error;
    } finally {
      gate.leave();
    }
  }

  return {
    workers,
    run,
    process: async (recording, plan, taskOptions) => {
      const task = { recording: copyOf(recording), processing: plan.processing };
      return (await run('process', task, taskOptions)) as never;
    },
    ready: async () => {
      refuseClosed();
      await gate.open();
    },
    close: () => (closed ??= gate.empty().then(() => threads?.end())),
  };
}

/** It cost the thread it was in; other tasks may go well. */
export function isTaskFailure(error: unknown): error is WorkerError {
  return error instanceof WorkerError && !(error instanceof WorkerLoadError);
}

function openThreads(workers: number): Threads {
  // Where there are two cores a thread, each has another beside it for its digests.
  const digestEntry = availableParallelism() >= 2 * workers ? pathOf('digest') : null;
  return new Threads(pathOf('signal'), digestEntry, workers);
}

function pathOf(worker: 'signal' | 'digest'): string {
  return fileURLToPath(new URL(`../../workers/${worker}.worker.js`, import.meta.url));
}

/** What does the work is loaded by the thread that does it: with worker threads not by this one. */
async function runHere(task: Task): Promise<Reply> {
  const { runTask } = await import('./run-task.ts');
  return runTask(task);
}

/** What ends the thread costs the task and no more. */
async function attempt(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply;
  } catch (error) {
    throw error instanceof WorkerLoadError ? error : taskFailure(messageOf(error), error);
  }
}

function valueOf(reply: Reply): unknown {
  if (reply.ok) return reply.value;
  if (reply.code === 'WORKER') throw taskFailure(reply.message, reply.stack);
  const errors = { INPUT: InputError, ARGUMENT: ArgumentError, DATASET: DatasetError } as const;
  throw new errors[reply.code](reply.message);
}

function taskFailure(message: string, cause: unknown): WorkerError {
  return new WorkerError(`the work failed: ${message}`, { cause });
}

/** A copy: neither this thread nor another takes the caller's memory, or gives it back as a result. */
function copyOf<R extends Recording>(recording: R): R {
  try {
    return structuredClone(recording);
  } catch (error) {
    throw new ArgumentError(`recording: got what cannot be copied (${messageOf(error)}), expected facts and arrays`, {
      cause: error,
    });
  }
}

/** Lets `capacity` tasks in at a time, first come first served. */
function openGate(capacity: number) {
  const tasks = { inside: 0 };
  const waiting: (() => void)[] = [];
  const watching: { readonly below: number; readonly resolve: () => void }[] = [];

  function whenBelow(below: number): Promise<void> {
    return new Promise((resolve) => {
      watching.push({ below, resolve });
      wake();
    });
  }
  function wake(): void {
    const next = tasks.inside < capacity ? waiting.shift() : undefined;
    if (next !== undefined) {
      tasks.inside++;
      next();
    }
    for (let i = watching.length - 1; i >= 0; i--) {
      const watcher = watching[i];
      if (watcher !== undefined && tasks.inside + waiting.length < watcher.below) {
        watching.splice(i, 1);
        watcher.resolve();
      }
    }
  }
  return {
    enter: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        wake();
      }),
    leave: () => {
      tasks.inside--;
      wake();
    },
    open: () => whenBelow(capacity),
    empty: () => whenBelow(1),
  };
}
