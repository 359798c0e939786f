import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DatasetError } from '../../../src/core/errors.ts';
import { StageReader, StageWriter } from '../../../src/stage/stage.ts';
import { temporaryFolder } from '../../support/answers.ts';

vi.mock('node:fs', { spy: true });

/** Distinct everywhere, so that nothing can stand in another place. */
const noise = (length: number): Int32Array => new Int32Array(length).map((_, i) => Math.imul(i + 1, 0x9e3779b1));

describe('a stage', () => {
  test('gives back what was appended, however much is appended at a time', async () => {
    for (const length of [0, 1, 1000, 131_071, 131_072, 131_073, 3_000_000]) {
      const path = join(await temporaryFolder(), 'stage');
      const writer = new StageWriter(path);
      const values = noise(4_000_000);
      const staged = [];
      for (let at = 0; at < values.length && staged.length < 100; at += length) {
        const piece = values.slice(at, at + length);
        staged.push({ array: writer.append('i32', piece), expected: piece.slice() });
        // The memory is the caller's again.
        piece.fill(0);
        // Some of the work goes on between, some does not.
        if (staged.length % 3 === 0) await new Promise(setImmediate);
      }
      await writer.close();
      const reader = new StageReader();
      for (const { array, expected } of staged) {
        const got = reader.read(array);
        expect(Buffer.compare(Buffer.from(got.buffer), Buffer.from(expected.buffer))).toBe(0);
      }
      reader.close();
    }
  });

  test('is closed once, and takes nothing more', async () => {
    const folder = await temporaryFolder();
    const [closed, other] = [new StageWriter(join(folder, 'closed')), new StageWriter(join(folder, 'other'))];
    await closed.close();
    await closed.close();
    // Had it given its memory back twice, these two would share it.
    const [one, two] = [new StageWriter(join(folder, 'one')), new StageWriter(join(folder, 'two'))];
    expect(() => closed.append('i32', noise(1))).toThrow('it was closed');
    const staged = [one.append('i32', noise(10)), two.append('i32', noise(20).subarray(10))];
    for (const writer of [one, two, other]) await writer.close();
    const reader = new StageReader();
    expect(staged.map((array) => reader.read(array))).toEqual([noise(10), noise(20).slice(10)]);
    reader.close();
  });

  test('makes no file for nothing', async () => {
    const path = join(await temporaryFolder(), 'stage');
    await new StageWriter(path).close();
    expect(fs.existsSync(path)).toBe(false);
  });

  test('that cannot be written says so, at the latest in the end', async () => {
    const path = join(await temporaryFolder(), 'taken');
    fs.writeFileSync(path, '');
    for (const length of [1, 200_000, 3_000_000]) {
      const writer = new StageWriter(path);
      const failed = (async () => {
        for (let i = 0; i < 3; i++) {
          writer.append('i32', noise(length));
          await new Promise(setImmediate);
        }
      })();
      const end = failed.then(() => writer.close());
      await expect(end).rejects.toThrow(DatasetError);
      await expect(end).rejects.toThrow(
        /cannot stage samples in .*taken: EEXIST.*; free space or choose another --out/,
      );
      await writer.close().catch(() => undefined);
    }
  });

  test('tells of a disk that is full while it goes on', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    vi.mocked(fs.writeSync).mockImplementation(() => {
      throw full;
    });
    onTestFinished(() => void vi.mocked(fs.writeSync).mockReset());
    const writer = new StageWriter(join(await temporaryFolder(), 'stage'));
    writer.append('i32', noise(1000));
    await expect(writer.close()).rejects.toThrow('ENOSPC: no space left on device, write; free space');
  });

  test('is whole where the system takes only some of what it is given', async () => {
    const { writev } = await vi.importActual<typeof fs>('node:fs');
    const writes = vi.mocked(fs.writev).mockImplementation(((
      file: number,
      parts: readonly NodeJS.ArrayBufferView[],
      position: number,
      done: Parameters<typeof writev>[3],
    ) => {
      const bytes = Math.min(700_001, (parts[0] as NodeJS.ArrayBufferView).byteLength);
      const { buffer, byteOffset } = parts[0] as NodeJS.ArrayBufferView;
      return writev(file, [new Uint8Array(buffer, byteOffset, bytes)], position, done);
    }) as typeof fs.writev);
    onTestFinished(() => void writes.mockReset());
    writes.mockClear();
    const writer = new StageWriter(join(await temporaryFolder(), 'stage'));
    const staged = [];
    for (let i = 0; i < 20; i++) {
      staged.push(writer.append('i32', noise(250_000 + i)));
      await writer.ready();
    }
    await writer.close();
    expect(writes.mock.calls.length).toBeGreaterThan(20);
    const reader = new StageReader();
    for (const array of staged) {
      const expected = Buffer.from(noise(array.length).buffer);
      expect(Buffer.compare(Buffer.from(reader.read(array).buffer), expected)).toBe(0);
    }
    reader.close();
  });

  test('that is waited for writes nothing while its caller stands still', async () => {
    const writer = new StageWriter(join(await temporaryFolder(), 'stage'));
    vi.mocked(fs.writeSync).mockClear();
    for (let i = 0; i < 40; i++) {
      writer.append('i32', noise(200_000));
      await writer.ready();
    }
    expect(fs.writeSync).not.toHaveBeenCalled();
    await writer.close();
  });

  /** As the worker stages a photocurrent: smooth, with a jump now and then. */
  const current = (length: number) =>
    Int32Array.from({ length }, (_, i) => Math.round(3e5 + 1e4 * Math.sin(i / 9) + 9e4 * (Math.floor(i / 700) % 2)));

  test('takes half the bytes for values that move smoothly', async () => {
    const writer = new StageWriter(join(await temporaryFolder(), 'stage'));
    const staged = writer.stage({ type: 'i32', length: 65_536, content: current(65_536) });
    expect(staged.runs?.step).toBe('varying');
    const { offset } = writer.append('u8', Uint8Array.of());
    expect(offset / (4 * 65_536)).toBeLessThan(0.51);
    await writer.close();
  });

  test('is read once for small pieces that are neighbours, also when arrays take turns', async () => {
    const folder = await temporaryFolder();
    const values = current(65_536);
    const staged = [];
    for (const name of ['one', 'two']) {
      const writer = new StageWriter(join(folder, name));
      for (let i = 0; i < 3; i++) {
        staged.push(writer.stage({ type: 'i32', length: values.length, content: values }));
        staged.push(writer.append('i32', values));
      }
      await writer.close();
    }
    const reader = new StageReader();
    const bytes = ['one', 'two'].reduce((sum, name) => sum + fs.statSync(join(folder, name)).size, 0);
    vi.mocked(fs.readSync).mockClear();
    for (let row = 0; row < values.length; row += 256) {
      for (const array of staged) {
        const some = new Int32Array(256);
        reader.readRows(array, row, some);
        expect(some).toEqual(values.subarray(row, row + 256));
      }
    }
    expect(vi.mocked(fs.readSync).mock.calls.length).toBeLessThan(2 * (bytes / 65_536));
    reader.close();
  });

  test('that was cut short is told of, whatever is read of it', async () => {
    const path = join(await temporaryFolder(), 'stage');
    const writer = new StageWriter(path);
    const smooth = writer.stage({ type: 'i32', length: 40_000, content: current(40_000) });
    const rough = writer.append('i32', noise(40_000));
    await writer.close();
    for (const [size, array, from, rows] of [
      [fs.statSync(path).size - 1, rough, 39_999, 1],
      [fs.statSync(path).size - 1, rough, 0, 40_000],
      [rough.offset - 1, smooth, 39_999, 1],
      [rough.offset - 1, smooth, 0, 40_000],
      [3, smooth, 0, 1],
      [0, smooth, 0, 1],
    ] as const) {
      fs.truncateSync(path, size);
      const reader = new StageReader();
      expect(() => reader.readRows(array, from, new Int32Array(rows))).toThrow(
        `stage file ${path} ends early; run the conversion again`,
      );
      reader.close();
    }
  });
});
