/** Our pool over Piscina: typed tasks, array buffers moved both ways, back-pressure, and a death that costs one task. */

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { AbortedError, ArgumentError, DatasetError, InputError, messageOf, WorkerError } from '../core/errors.ts';
import type { Recording } from '../core/signal.ts';
import type { Plan } from '../process/plan.ts';
import type { Processed } from '../process/process-recording.ts';
import type { Protocol, Reply, Task, TaskName, ThreadSetting } from './protocol.ts';
import { buffersOf } from './transfer.ts';

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
   * The recording's sample arrays are moved to the worker: they are empty for the caller afterwards.
   *
   * @throws ArgumentError when the plan does not fit the recording, WorkerError when its thread died, AbortedError.
   */
  process<R extends Recording>(recording: R, plan: Plan, options?: TaskOptions): Promise<Processed<R>>;

  /** Resolves when another task would start at once: wait for it before making more. */
  ready(): Promise<void>;

  /** Waits for running tasks, then ends the threads. */
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

  async function run<N extends TaskName>(
    name: N,
    task: Protocol[N]['task'],
    { signal }: TaskOptions = {},
  ): Promise<Protocol[N]['reply']> {
    await gate.enter();
    try {
      signal?.throwIfAborted();
      const message = { name, task } as Task;
      const reply = await attempt(threads === null ? runHere(message) : runInThread(threads, message, signal));
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
    process: (recording, plan, taskOptions) =>
      run('process', { recording, processing: plan.processing }, taskOptions) as Promise<never>,
    ready: gate.open,
    close: async () => {
      await gate.empty();
      await threads?.destroy();
    },
  };
}

/** Threads outlive the pause between decoding and writing: starting one costs 150 ms of loading and warming up. */
const IDLE_MILLISECONDS = 60_000;

function openThreads(workers: number): Piscina<Task, Reply> {
  return new Piscina<Task, Reply>({
    filename: pathOf('signal'),
    workerData: settingOf(workers),
    // Two start at once, to be there when the inputs are listed; the others when there is work for them.
    minThreads: Math.min(2, workers),
    maxThreads: workers,
    idleTimeout: IDLE_MILLISECONDS,
    // Sample arrays live outside the JavaScript heap; what is in it is small. A young generation of the usual 48 MB
    // a thread would take 50 MB more of memory and save no time.
    resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 2 },
  });
}

/** Where there are two cores a thread, each has another beside it for its digests. */
function settingOf(workers: number): ThreadSetting {
  return { digestEntry: availableParallelism() >= 2 * workers ? pathOf('digest') : null };
}

function pathOf(worker: 'signal' | 'digest'): string {
  return fileURLToPath(new URL(`../../workers/${worker}.worker.js`, import.meta.url));
}

/** What does the work is loaded by the thread that does it: with worker threads not by this one. */
async function runHere(task: Task): Promise<Reply> {
  const { runTask } = await import('./run-task.ts');
  return runTask(task);
}

function runInThread(threads: Piscina<Task, Reply>, task: Task, signal: AbortSignal | undefined): Promise<Reply> {
  return threads.run(task, { transferList: buffersOf(task), signal: signal ?? null });
}

/** What is not foreseen, or ends the thread, costs the task and no more. */
async function attempt(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply;
  } catch (error) {
    throw new WorkerError(`the work failed: ${messageOf(error)}`, { cause: error });
  }
}

function valueOf(reply: Reply): unknown {
  if (reply.ok) return reply.value;
  const errors = { INPUT: InputError, ARGUMENT: ArgumentError, DATASET: DatasetError } as const;
  throw new errors[reply.code](reply.message);
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
