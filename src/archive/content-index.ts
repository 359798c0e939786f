import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordHeader } from './record.ts';
import { readPayload, readRecordAt } from './scan-segment.ts';
import { segmentName } from './segment.ts';
import { cannot } from './system-error.ts';

/** Where each content lies: 100,000 of them take about 10 MB. */
export class ContentIndex {
  readonly #folder: string;
  /** Digest, a character a byte, to segment * 2^32 + offset of its record. */
  readonly #places = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Content that was stored again (see {@link isReadable}) is taken from its last place. */
  learn({ page }: RecordHeader, segment: number, offset: number): void {
    if (page !== null && page.encoding !== null) this.#places.set(keyOf(page.sha256), segment * 2 ** 32 + offset);
  }

  /** The record refers to a content that none before it holds: that was in a part that is lost. */
  lacks({ page }: RecordHeader): boolean {
    return page !== null && page.encoding === null && !this.has(page.sha256);
  }

  has(sha256: Uint8Array): boolean {
    return this.#places.has(keyOf(sha256));
  }

  /**
   * Whether the content is there and its checksum is right. Only then may a page be kept as a reference to it: what the disk has
   * damaged since is mended by the next page that brings it.
   */
  async isReadable(sha256: Uint8Array): Promise<boolean> {
    const place = this.#places.get(keyOf(sha256));
    if (place === undefined) return false;
    const path = join(this.#folder, segmentName(Math.floor(place / 2 ** 32)));
    try {
      return await holdsRecord(path, place % 2 ** 32);
    } catch (error) {
      throw cannot('read', path, error);
    }
  }
}

async function holdsRecord(path: string, offset: number): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const record = await readRecordAt(file, offset, (await file.stat()).size);
    return typeof record !== 'string' && (await readPayload(file, record)) !== null;
  } finally {
    await file.close();
  }
}

function keyOf(sha256: Uint8Array): string {
  return Buffer.from(sha256.buffer, sha256.byteOffset, sha256.byteLength).toString('latin1');
}
