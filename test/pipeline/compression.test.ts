import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIPC } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { readDataset, temporaryFolder } from '../support/answers.ts';

describe('a data set with compressed buffers', () => {
  it('opens in Polars with the same values, and is smaller', async () => {
    const folder = await temporaryFolder();
    const inputs = ['samples/answers'];
    const [plain, lz4] = [join(folder, 'plain'), join(folder, 'lz4')];
    await convert({ inputs, out: plain, workers: 0 });
    await convert({ inputs, out: lz4, workers: 0, compression: 'lz4' });
    const parts = Object.keys(await readDataset(plain)).filter((path) => path.endsWith('.arrow'));
    expect(parts.length).toBeGreaterThan(3);
    for (const path of parts) {
      const [one, other] = [await readFile(join(plain, path)), await readFile(join(lz4, path))];
      expect(readIPC(other).toRecords(), path).toEqual(readIPC(one).toRecords());
      expect(other.length, path).toBeLessThan(one.length);
    }
  });

  it('is added to with the same compression, to the bytes of one conversion, and with no other', async () => {
    const folder = await temporaryFolder();
    const [whole, pieces] = [join(folder, 'whole'), join(folder, 'pieces')];
    const options = { workers: 0, compression: 'lz4' } as const;
    await convert({ inputs: ['samples/answers'], out: whole, ...options });
    await convert({ inputs: ['samples/answers/user-1001'], out: pieces, ...options });
    await expect(convert({ inputs: ['samples/answers'], out: pieces, workers: 0 })).rejects.toThrow(
      /made with .*"compression":"lz4"\}, got .*"compression":"none"\}; give the same options or another --out/,
    );
    await convert({ inputs: ['samples/answers/user-1002'], out: pieces, ...options });
    const series = Object.entries(await readDataset(whole)).filter(([path]) => /^(?:ppg|accel)\//.test(path));
    expect(series.length).toBeGreaterThan(1);
    const made = await readDataset(pieces);
    for (const [path, digest] of series) expect(made[path], path).toBe(digest);
  });
});
