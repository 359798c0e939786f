import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleSet } from '../../../samples/sample-set.ts';

const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url));

const files = [...sampleSet()];

describe('the committed samples', () => {
  beforeAll(() => {
    // How they were made: see samples/README.md.
    if (process.env['UPDATE_SAMPLES'] !== '1') return;
    rmSync(join(SAMPLES, 'answers'), { recursive: true, force: true });
    for (const { path, text } of files) {
      mkdirSync(dirname(join(SAMPLES, path)), { recursive: true });
      writeFileSync(join(SAMPLES, path), text);
    }
  });

  it('are the files of the sample set, no more and no fewer', () => {
    const answers = readdirSync(join(SAMPLES, 'answers'), { recursive: true, withFileTypes: true });
    const found = answers.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const expected = files.map(({ path }) => join(SAMPLES, path)).filter((path) => path.endsWith('.json'));
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('equal a fresh simulation byte for byte', () => {
    for (const { path, text } of files) {
      expect(readFileSync(join(SAMPLES, path)).equals(Buffer.from(text)), path).toBe(true);
    }
  });

  it('are small enough to keep', () => {
    expect(files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)).toBeLessThan(1.5e6);
  });
});
