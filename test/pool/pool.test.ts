import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ArgumentError,
  decodeResponse,
  type EcgRecording,
  openPool,
  type Pool,
  resolvePlan,
  WorkerError,
} from 'withings-signals';
import { accelFrame, ecgAnswer, rawdataAnswer, temporaryFolder, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

const PLAN = resolvePlan();

const ACCEL = rawdataAnswer('accel', [accelFrame(0, 1300, 1_594_159_644)]);

async function withPool<T>(workers: number, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = openPool({ workers });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

function ecg(): EcgRecording {
  const [recording] = decodeResponse(ecgAnswer());
  if (recording?.kind !== 'ecg') throw new Error('expected an ECG');
  return recording;
}

function arraysOf(value: unknown): readonly NodeJS.TypedArray[] {
  if (ArrayBuffer.isView(value)) return [value as NodeJS.TypedArray];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysOf) : [];
}

describe('openPool', () => {
  it('processes alike in the calling thread and in a worker', async () => {
    const process = (pool: Pool) =>
      Promise.all([ecg(), ...decodeResponse(ACCEL)].map((recording) => pool.process(recording, PLAN)));
    const [here, there] = [await withPool(0, process), await withPool(1, process)];
    expect(here).toHaveLength(2);
    expect(there).toEqual(here);
    expect(here[0]).toMatchObject({ filteredSamplingFrequency: 250 });
  });

  it.each([0, 1])(
    'with %i workers leaves the caller its arrays, and shares none of them with the result',
    async (workers) => {
      for (const recording of [ecg(), ...decodeResponse(ACCEL)]) {
        const before = structuredClone(recording);
        const processed = await withPool(workers, (pool) => pool.process(recording, PLAN));
        expect(recording).toEqual(before);
        const memory = new Set(arraysOf(recording).map(({ buffer }) => buffer));
        const made = arraysOf(processed);
        expect(made.length).toBeGreaterThan(0);
        for (const { buffer } of made) expect(memory.has(buffer)).toBe(false);
      }
    },
  );

  it.each([0, 1])('with %i workers takes a recording as it was when it was given', async (workers) => {
    await withPool(workers, async (pool) => {
      const [recording, { ecg: values }] = [ecg(), ecg()];
      const processed = pool.process(recording, PLAN);
      recording.ecg.fill(0);
      expect((await processed).ecg).toEqual(values);
    });
  });

  it.each([0, 1])(
    'with %i workers refuses what comes after it was closed, and does what came before',
    async (workers) => {
      const pool = openPool({ workers });
      const before = pool.process(ecg(), PLAN);
      const closed = [pool.close(), pool.close()];
      const refusal = /^pool: it is closed; open another one$/;
      await expect(pool.process(ecg(), PLAN)).rejects.toThrow(refusal);
      await expect(before).resolves.toMatchObject({ kind: 'ecg' });
      await Promise.all(closed);
      await pool.close();
      await expect(pool.process(ecg(), PLAN)).rejects.toThrow(ArgumentError);
      await expect(pool.ready()).rejects.toThrow(refusal);
    },
  );

  it('loses the thread of a task that is stopped, and goes on with another', async () => {
    await withPool(1, async (pool) => {
      const controller = new AbortController();
      const tasks = [1, 2].map(() => pool.process(ecg(), PLAN, { signal: controller.signal }));
      controller.abort();
      for (const task of tasks) await expect(task).rejects.toThrow(AbortedError);
      await expect(pool.process(ecg(), PLAN)).resolves.toMatchObject({ kind: 'ecg' });
    });
  });

  it('tells a recording that does not fit the plan by an ArgumentError, and goes on', async () => {
    await withPool(1, async (pool) => {
      const short = { ...ecg(), ecg: new Int32Array(5) };
      await expect(pool.process(short, PLAN)).rejects.toThrow(ArgumentError);
      await expect(pool.process(ecg(), PLAN)).resolves.toMatchObject({ kind: 'ecg' });
    });
  });

  it('turns what breaks in a worker into a WorkerError that costs that recording only', async () => {
    await withPool(1, async (pool) => {
      const broken = { ...ecg(), ecg: null } as unknown as EcgRecording;
      await expect(pool.process(broken, PLAN)).rejects.toThrow(WorkerError);
      await expect(pool.process(ecg(), PLAN)).resolves.toMatchObject({ kind: 'ecg' });
    });
  });

  it('refuses a task whose signal has fired', async () => {
    await withPool(1, async (pool) => {
      await expect(pool.process(ecg(), PLAN, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    });
  });

  it('is ready only when a task would start soon', async () => {
    await withPool(1, async (pool) => {
      const tasks = [pool.process(ecg(), PLAN), pool.process(ecg(), PLAN), pool.process(ecg(), PLAN)];
      let finished = 0;
      for (const task of tasks) void task.then(() => finished++);
      await pool.ready();
      expect(finished).toBeGreaterThan(0);
      await Promise.all(tasks);
    });
  });

  it('refuses a number of workers that is none', () => {
    expect(() => openPool({ workers: -1 })).toThrow(/workers: got -1, expected a whole number from 0/);
  });
});

describe('a worker that dies', () => {
  it('costs the one input it died of', async () => {
    const folder = await temporaryFolder();
    const files: Record<string, unknown> = { 'in/deadly.json': ecgAnswer({ signalid: 99 }) };
    for (let i = 0; i < 20; i++) files[`in/ecg-${i}.json`] = ecgAnswer({ signalid: i });
    await writeFiles(folder, files);
    const hook = new URL('../support/deadly-file.mjs', import.meta.url).href;
    const { code, stdout, stderr } = await runCli(
      ['convert', join(folder, 'in'), '--out', join(folder, 'out'), '--workers', '2', '--json'],
      { env: { NODE_OPTIONS: `--import ${hook}` } },
    );
    expect(stderr).toMatch(/^rejected \S*in\/deadly\.json: the work failed: [^\n]+\n$/);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ inputs: { ok: 20, rejected: 1 }, summary: { ecg: { recordings: 20 } } });
  });
});
