import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { createRandom } from '../../src/simulator/random.ts';
import { readDataset, stethoAnswer, temporaryFolder, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

/** Of the engine that was seen to fail, in 9 of 12 processes, and of those to come; elsewhere a few. */
const PROCESSES = Number(process.versions.node.split('.')[0]) >= 26 ? 40 : 4;

/** Codes that go up and down by small steps; the sound that is added is short. */
const SOUNDS = Array.from({ length: 6 }, (_, i) => sound(i, i < 5 ? 300_000 : 2000));

/** The compiler that replaces a running loop works beside it, when it is ready; or, so that it shows each time, before it goes on. */
it.each(['', '--no-concurrent-osr'])(
  `a compressed data set that grows in ${PROCESSES} fresh processes has the bytes of one conversion, %s`,
  async (flags) => {
    const folder = await temporaryFolder();
    const answers = SOUNDS.map((signal, i) => [`${i}.json`, stethoAnswer({ signalid: 100 + i, signal })] as const);
    await writeFiles(join(folder, 'in'), Object.fromEntries(answers));
    const options = { workers: 0, compression: 'lz4' } as const;
    const inputs = SOUNDS.map((_, i) => join(folder, 'in', `${i}.json`));
    const [whole, first] = [join(folder, 'whole'), join(folder, 'first')];
    await convert({ inputs, out: whole, ...options });
    await convert({ inputs: inputs.slice(0, -1), out: first, ...options });
    const expected = await readDataset(whole);
    for (let run = 0; run < PROCESSES; run++) {
      const out = join(folder, `grown-${run}`);
      await cp(first, out, { recursive: true });
      const args = ['convert', inputs.at(-1) ?? '', '--out', out, '--compression', 'lz4', '--workers', '0', '--quiet'];
      const { code, stderr } = await runCli(args, { node: flags.split(' ').filter((flag) => flag !== '') });
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(await readDataset(out), `process ${run}`).toEqual(expected);
    }
  },
);

function sound(seed: number, length: number): number[] {
  const random = createRandom(seed);
  let code = 100;
  return Array.from({ length }, () => {
    if (random.uniform() < 0.3) code = Math.max(0, Math.min(255, code + random.integer(-4, 4)));
    return code;
  });
}
