import { createHash } from 'node:crypto';
import { appendFile, link, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { ecgAnswer, temporaryFolder } from '../support/answers.ts';

/** From 32 MiB on an input is cut, and is hashed by a thread of its own. */
const LARGE = `${JSON.stringify(ecgAnswer({ signalid: 1 }))}${' '.repeat(40 << 20)}`;

const GOOD = JSON.stringify(ecgAnswer({ signalid: 2 }));

type Change = {
  readonly prepare: (path: string) => Promise<unknown>;
  /** Quick, whatever the size of the file: many fall into the time it is read in. */
  readonly step: (path: string, turn: number) => Promise<void>;
};

const grow: Change = {
  prepare: async () => undefined,
  step: (path) => appendFile(path, '\n'),
};

/** By one of two files like it, in turns. */
const replace: Change = {
  prepare: (path) => Promise.all([0, 1].map((n) => writeFile(`${path}.${n}`, LARGE))),
  step: async (path, turn) => {
    await link(`${path}.${turn % 2}`, `${path}.new`);
    await rename(`${path}.new`, path);
  },
};

/** Changes the file again and again while `work` is under way. */
async function whileChanging<T>(path: string, change: Change, work: Promise<T>): Promise<T> {
  let isOver = false;
  const end = work.finally(() => {
    isOver = true;
  });
  // oxlint-disable-next-line no-unmodified-loop-condition -- `work` ends it
  for (let turn = 0; !isOver; turn++) {
    await change.step(path, turn);
    await nextTurn();
  }
  return end;
}

it.for([
  [0, 'grows', grow],
  [1, 'grows', grow],
  [2, 'grows', grow],
  [2, 'is replaced', replace],
] as const)(
  'with %i workers an input that %s while it is read is rejected as a whole, and no other',
  async ([workers, , change]) => {
    const folder = await temporaryFolder();
    const [changing, good] = [join(folder, 'changing.json'), join(folder, 'good.json')];
    await writeFile(changing, LARGE);
    await writeFile(good, GOOD);
    await change.prepare(changing);
    const out = join(folder, 'signals');
    const report = await whileChanging(
      changing,
      change,
      convert({ inputs: [changing, good], base: folder, out, workers }),
    );
    const reason = 'changed while it was read; convert it again';
    expect(report.rejected).toEqual([{ name: 'changing.json', input: 'changing.json', reason }]);
    expect(report.inputs).toEqual({ ok: 1, partly: 0, pending: 0, rejected: 1, unchanged: 0 });
    expect(report.summary.ecg?.recordings).toBe(1);

    const again = await convert({ inputs: [changing, good], out, workers });
    expect(again.inputs).toMatchObject({ ok: 2, rejected: 0 });
    const digest = createHash('sha256').update(await readFile(changing));
    expect(await readFile(join(out, 'manifest.json'), 'utf8')).toContain(digest.digest('hex'));
  },
);
