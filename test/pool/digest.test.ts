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

  it('is of what lies in a file, where it is told the place', async () => {
    const digests = await freshDigests();
    digests.hashBeside(ENTRY);
    await whenBeside(digests);
    const path = join(await temporaryFolder(), 'input');
    const content = Uint8Array.from({ length: 10_000 }, (_, i) => i % 251);
    await writeFile(path, content);
    const file = await open(path, 'r');
    const digest = digests.openDigest(true);
    for (const [from, to] of [
      [0, 10],
      [10, 9000],
      [9000, 10_000],
    ] as const) {
      digest.update(content.subarray(from, to), { descriptor: file.fd, offset: from });
    }
    expect(await digest.hex()).toBe(sha256(content));
    const longer = digests.openDigest(true);
    longer.update(new Uint8Array(11), { descriptor: file.fd, offset: 9990 });
    await expect(longer.hex()).rejects.toThrow('became shorter');
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
