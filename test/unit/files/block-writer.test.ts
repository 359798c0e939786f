import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { BLOCK_BYTES } from '../../../src/files/block-memory.ts';
import { BlockWriter } from '../../../src/files/block-writer.ts';
import { writeWhole } from '../../../src/files/sink.ts';
import { temporaryFolder } from '../../support/answers.ts';

vi.mock('node:fs/promises', { spy: true });

/** Files opened for direct writing. */
const opened: fs.FileHandle[] = [];

/** The system as it is, but for what `change` does to each file opened for direct writing, which any file system grants here. */
async function systemWith(change: (direct: fs.FileHandle) => void): Promise<void> {
  const { open } = await vi.importActual<typeof fs>('node:fs/promises');
  opened.length = 0;
  vi.mocked(fs.open).mockImplementation(async (path, flags, mode) => {
    if (typeof flags !== 'number' || (flags & constants.O_DIRECT) === 0) return open(path, flags, mode);
    const file = await open(path, flags & ~constants.O_DIRECT, mode);
    opened.push(file);
    try {
      change(file);
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  });
  onTestFinished(() => void vi.mocked(fs.open).mockReset());
}

type Written = { readonly bytesWritten: number };

/** Around every write to the file. */
function changeWrite(file: fs.FileHandle, change: (write: () => Promise<Written>) => Promise<Written>): void {
  const write = file.write.bind(file) as (...args: unknown[]) => Promise<Written>;
  const changed = (...args: unknown[]) => change(() => write(...args));
  vi.spyOn(file, 'write').mockImplementation(changed as typeof file.write);
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code });
}

/** Bytes that tell where they are. */
function patternOf(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4)).map((_, at) => Math.imul(at, 0x9e3779b1));
  return new Uint8Array(words.buffer, 0, length);
}

const LENGTHS = [0, 1, 4095, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 9 * BLOCK_BYTES + 12_345];

async function expectWhole(length: number, piece: number): Promise<void> {
  const path = join(await temporaryFolder(), 'file');
  const bytes = patternOf(length);
  const digest = await writeWhole(path, async (file) => {
    file.hash();
    const one = new Uint8Array(piece);
    for (let at = 0; at < length; at += piece) {
      const some = bytes.subarray(at, at + piece);
      // The same memory again and again: what is given may be reused at once.
      one.set(some);
      await file.write(one.subarray(0, some.length));
    }
    return file.finishHashed();
  });
  const got = await fs.readFile(path);
  expect(got.length).toBe(length);
  expect(got.equals(bytes)).toBe(true);
  expect(digest).toEqual({ bytes: length, sha256: createHash('sha256').update(bytes).digest('hex') });
}

describe('a file in blocks', () => {
  test.for(LENGTHS)('of %i bytes has them all, in order', (length) => expectWhole(length, 300_007));

  test('has them however they are cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 * BLOCK_BYTES }),
        fc.integer({ min: 997, max: 2 ** 22 }),
        expectWhole,
      ),
      { numRuns: 20 },
    ));

  test('gets another head at its end', async () => {
    for (const length of [100, 2 * BLOCK_BYTES + 100]) {
      const path = join(await temporaryFolder(), 'file');
      const bytes = patternOf(length);
      await writeWhole(path, async (file) => {
        await file.write(bytes);
        await file.finishWith(Uint8Array.of(1, 2, 3));
      });
      bytes.set([1, 2, 3]);
      expect((await fs.readFile(path)).equals(bytes)).toBe(true);
    }
  });
});

/** Elsewhere there is nothing to refuse. */
describe.skipIf(constants.O_DIRECT === undefined)('a file whose blocks go past the page cache', () => {
  test('is the same where the system has no direct writing', async () => {
    await systemWith(() => {
      throw systemError('EINVAL');
    });
    await expectWhole(5 * BLOCK_BYTES + 7, 1 << 20);
    expect(opened).toHaveLength(1);
  });

  test('is the same where direct writing ends in the middle', async () => {
    let writes = 0;
    await systemWith((file) => {
      changeWrite(file, async (write) => {
        if (writes++ > 2) throw systemError('EINVAL');
        return write();
      });
    });
    await expectWhole(8 * BLOCK_BYTES, 1 << 20);
    expect(opened).toHaveLength(1);
  });

  test('goes there but for what is behind its last page; one that is shorter than a block does not', async () => {
    let direct = 0;
    await systemWith((file) => {
      changeWrite(file, async (write) => {
        const done = await write();
        direct += done.bytesWritten;
        return done;
      });
    });
    await expectWhole(2 * BLOCK_BYTES + 5 * 4096 + 7, 1 << 20);
    expect(direct).toBe(2 * BLOCK_BYTES + 5 * 4096);
    await expectWhole(BLOCK_BYTES - 1, 1 << 20);
    expect(opened).toHaveLength(1);
  });

  test('is the same where the system takes only some of a block', async () => {
    await systemWith((file) => {
      const write = file.write.bind(file);
      vi.spyOn(file, 'write').mockImplementation(((
        buffer: Uint8Array,
        offset: number,
        length: number,
        position: number,
      ) => write(buffer, offset, Math.min(length, 40_960), position)) as typeof file.write);
    });
    await expectWhole(2 * BLOCK_BYTES + 5, 1 << 20);
  });

  test.for(['ENOSPC', 'EIO'])('fails with %s of a block, whenever it is told, and leaves nothing', async (code) => {
    await systemWith((file) => {
      vi.spyOn(file, 'write').mockRejectedValue(systemError(code));
    });
    const folder = await temporaryFolder();
    for (const blocks of [1, 3, 20]) {
      const failed = writeWhole(join(folder, 'file'), (file) => file.write(patternOf(blocks * BLOCK_BYTES)));
      await expect(failed).rejects.toThrow(`${code}: as the test wants it; nothing was left there`);
    }
    expect(await fs.readdir(folder)).toEqual([]);
  });

  test('fails with a flush that failed, even if all later writes and syncs succeed', async () => {
    await systemWith(() => {
      throw systemError('EINVAL');
    });
    const file = await fs.open(join(await temporaryFolder(), 'unflushed'), 'w');
    vi.spyOn(file, 'datasync').mockRejectedValue(systemError('EIO'));
    const writer = new BlockWriter(file, join(await temporaryFolder(), 'nowhere'));
    for (let i = 0; i < 40; i++) await writer.write(patternOf(BLOCK_BYTES));
    await expect(writer.finish()).rejects.toThrow('EIO');
    await writer.close();
    await file.close();
  });
});
