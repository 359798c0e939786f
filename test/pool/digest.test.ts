/** Digests made by a thread beside: the same as at once, and nothing waits for ever. */

import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/answers.ts';

const ENTRY = fileURLToPath(new URL('../../dist/workers/digest.worker.js', import.meta.url));

/** As a thread sees it that has just started. */
async function freshDigests() {
  vi.resetModules();
  return import('../../src/files/digest.ts');
}

type Digests = Awaited<ReturnType<typeof freshDigests>>;

/** Hashes so much, and waits until digests that are long are made beside. */
async function whenBeside({ openDigest }: Digests): Promise<void> {
  openDigest(true).update(new Uint8Array(32 << 20));
  while (openDigest(true).constructor === openDigest(false).constructor) await sleep(5);
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 });

describe('a digest', () => {
  it('is the same beside as at once, also where several take turns', async () => {
    const digests = await freshDigests();
    digests.hashBeside(ENTRY);
    await whenBeside(digests);
    await fc.assert(
      fc.asyncProperty(pieces, pieces, async (first, second) => {
        const [a, b] = [digests.openDigest(true), digests.openDigest(true)];
        for (let i = 0; i < Math.max(first.length, second.length); i++) {
          const [one, other] = [first[i], second[i]];
          if (one !== undefined) a.update(shared(one));
          if (other !== undefined) b.update(shared(other));
        }
        expect(await b.hex()).toBe(sha256(...second));
        expect(await a.hex()).toBe(sha256(...first));
      }),
    );
  });

  it('has read the memory when it says so', async () => {
    const digests = await freshDigests();
    digests.hashBeside(ENTRY);
    await whenBeside(digests);
    const digest = digests.openDigest(true);
    const memory = new Uint8Array(new SharedArrayBuffer(1 << 22));
    const expected = createHash('sha256');
    for (let round = 0; round < 8; round++) {
      memory.fill(round);
      expected.update(memory);
      digest.update(memory);
      await digest.settled();
    }
    expect(await digest.hex()).toBe(expected.digest('hex'));
  });

  it('is of what lies in files, where it is told the places', async () => {
    const digests = await freshDigests();
    digests.hashBeside(ENTRY);
    await whenBeside(digests);
    const folder = await temporaryFolder();
    const content = new Uint8Array(11 << 20).map((_, i) => (i * i) >>> 7);
    const files = await Promise.all(
      ['a', 'b'].map(async (name) => {
        await writeFile(join(folder, name), name === 'a' ? content : content.toReversed());
        return open(join(folder, name), 'r');
      }),
    );
    const [a, b] = files.map(({ fd }) => fd) as [number, number];
    const [one, two] = [digests.openDigest(true), digests.openDigest(true)];
    const expected = createHash('sha256');
    const piece = 300_000;
    for (let at = 0; at < content.length; at += piece) {
      const bytes = content.subarray(at, at + piece);
      one.update(bytes, { descriptor: a, offset: at });
      // What follows is of another file or place, or lies in memory.
      two.update(bytes, { descriptor: a, offset: at });
      two.update(bytes, { descriptor: b, offset: content.length - at - bytes.length });
      two.update(shared(bytes));
      two.update(bytes.subarray(7), { descriptor: a, offset: at + 7 });
      expected.update(bytes).update(bytes.toReversed()).update(bytes).update(bytes.subarray(7));
    }
    expect(await one.hex()).toBe(sha256(content));
    expect(await two.hex()).toBe(expected.digest('hex'));
    for (const file of files) await file.close();
  });

  it('fails where a file ends too early, and no other with it', async () => {
    const digests = await freshDigests();
    digests.hashBeside(ENTRY);
    await whenBeside(digests);
    const path = join(await temporaryFolder(), 'input');
    await writeFile(path, 'ten bytes.');
    const file = await open(path, 'r');
    const place = { descriptor: file.fd, offset: 0 };
    const [tooLong, good] = [digests.openDigest(true), digests.openDigest(true)];
    tooLong.update(new Uint8Array(11), place);
    good.update(new Uint8Array(10), place);
    await expect(tooLong.settled()).rejects.toThrow('it ends at byte 10');
    tooLong.update(new Uint8Array(10), place);
    await expect(tooLong.hex()).rejects.toThrow('it ends at byte 10');
    expect(await good.hex()).toBe(sha256(Buffer.from('ten bytes.')));
    await file.close();
  });

  it('is made at once where there is no thread, it is not worth one or not there yet, or the bytes are few', async () => {
    const digests = await freshDigests();
    const alone = digests.openDigest(true);
    digests.hashBeside(ENTRY);
    const early = digests.openDigest(true);
    await whenBeside(digests);
    const short = digests.openDigest(false);
    expect(early.constructor).toBe(alone.constructor);
    expect(short.constructor).toBe(alone.constructor);
    for (const digest of [alone, early, short]) {
      digest.update(Uint8Array.of(1, 2));
      digest.update(Uint8Array.of(3));
      await digest.settled();
      expect(await digest.hex()).toBe(sha256(Uint8Array.of(1, 2, 3)));
    }
  });

  it('fails when its thread dies; the next is made at once', async () => {
    const mortal = join(await temporaryFolder(), 'mortal.mjs');
    await writeFile(
      mortal,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ content }) => {
         if (content?.length === 7) throw new Error('died of it');
         parentPort.postMessage('');
       });`,
    );
    const digests = await freshDigests();
    digests.hashBeside(mortal);
    await whenBeside(digests);
    const digest = digests.openDigest(true);
    digest.update(shared(new Uint8Array(7)));
    await expect(digest.settled()).rejects.toThrow('died of it');
    digest.update(shared(new Uint8Array(1)));
    await expect(digest.hex()).rejects.toThrow('died of it');
    const next = digests.openDigest(true);
    next.update(Uint8Array.of(5));
    expect(await next.hex()).toBe(sha256(Uint8Array.of(5)));
  });
});
