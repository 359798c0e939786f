/**
 * Bytes to a file in order, in blocks that are written while the caller makes the next ones, past the system's page cache
 * where it lets us.
 *
 * What must be on the disk in the end gains nothing from the cache: the copy there, into pages that are fresh, takes several
 * times as long as the disk takes to fetch the block from where it lies (Linux, open(2), "O_DIRECT"). Files of a block and
 * more go that way, but for the bytes behind their last whole page. Those, shorter files, and all where the file system wants
 * it otherwise, go through the cache; the bytes are the same.
 */

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode } from '../core/errors.ts';
import { BLOCK_BYTES, returnBlocks, takeBlocks } from './block-memory.ts';
import { type Digest, openDigest } from './digest.ts';

/** What can be written past the cache is a multiple of this, and lies at one. */
const PAGE_BYTES = 4096;

/** Sent on from the cache to the disk while others are written, so that the last sync finds little left. */
const FLUSH_BYTES = 32 << 20;

export class BlockWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #memory = takeBlocks();
  /** Of each block, what was last written from it, and hashed. */
  readonly #writes: Promise<unknown>[];
  #isHashed = false;
  #digest: Digest | null = null;
  #block = 0;
  #filled = 0;
  #position = 0;
  /** `undefined`: not tried yet; `null`: not to be had. */
  #direct: Promise<FileHandle | null> | undefined;
  #unflushed = 0;
  #flush: Promise<void> | null = null;

  /**
   * @param file open for writing, empty
   * @param path of that file
   */
  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
    this.#writes = Array.from({ length: this.#memory.length / BLOCK_BYTES }, () => Promise.resolve());
  }

  /** All bytes are hashed: to be said before the first. */
  hash(): void {
    this.#isHashed = true;
  }

  /** Copies `bytes`. @throws what the system says of these or of bytes before them */
  async write(bytes: Uint8Array): Promise<void> {
    for (let taken = 0; taken < bytes.length; ) {
      const room = await this.#room();
      const some = bytes.subarray(taken, taken + room.length);
      room.set(some);
      this.#filled += some.length;
      taken += some.length;
      if (this.#filled === BLOCK_BYTES) this.#send();
    }
  }

  /** All is in the file when this resolves; a sync of the file puts it on the disk. Nothing may be written after it. */
  async finish(): Promise<void> {
    if (this.#filled > 0) this.#send();
    await Promise.all(this.#writes);
    await this.#flush;
  }

  /** Finishes the file, of which {@link hash} was asked. @returns its size and digest */
  async finishHashed(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    await this.finish();
    const digest = this.#digest ?? openDigest(false);
    this.#digest = null;
    return { bytes: this.#position, sha256: await digest.hex() };
  }

  /** Finishes the file, whose first bytes become `head`. */
  async finishWith(head: Uint8Array): Promise<void> {
    await this.finish();
    await this.#put(head, 0);
  }

  /** Lets go of memory and file, whether it was finished or not; waits for what is on its way. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#writes, this.#flush, this.#digest?.hex()]);
    returnBlocks(this.#memory);
    await (await this.#direct)?.close();
  }

  /** What is left of the block at hand, once its bytes of before are written. */
  async #room(): Promise<Uint8Array> {
    if (this.#filled === 0) await this.#writes[this.#block];
    const start = this.#block * BLOCK_BYTES;
    return this.#memory.subarray(start + this.#filled, start + BLOCK_BYTES);
  }

  #send(): void {
    const start = this.#block * BLOCK_BYTES;
    const bytes = this.#memory.subarray(start, start + this.#filled);
    const writing = Promise.all([this.#put(bytes, this.#position), this.#hashed(bytes)]);
    // A failure is told to whoever needs the block next, or by `finish`.
    writing.catch(() => undefined);
    this.#writes[this.#block] = writing;
    this.#position += this.#filled;
    this.#filled = 0;
    this.#block = (this.#block + 1) % this.#writes.length;
  }

  #hashed(bytes: Uint8Array): Promise<void> | undefined {
    if (!this.#isHashed) return undefined;
    this.#digest ??= openDigest(bytes.length === BLOCK_BYTES);
    this.#digest.update(bytes);
    return this.#digest.settled();
  }

  async #put(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) done += await this.#putSome(bytes.subarray(done), position + done);
  }

  /** @returns how many bytes the system took */
  async #putSome(bytes: Uint8Array, position: number): Promise<number> {
    const pages = bytes.length - (bytes.length % PAGE_BYTES);
    const direct = pages > 0 && position + pages >= BLOCK_BYTES ? await this.#openDirect() : null;
    if (direct !== null) {
      try {
        return (await direct.write(bytes, 0, pages, position)).bytesWritten;
      } catch (error) {
        if (errorCode(error) !== 'EINVAL') throw error;
        // This file system has other rules of where a block may lie.
        this.#direct = Promise.resolve(null);
        await direct.close();
      }
    }
    const { bytesWritten } = await this.#file.write(bytes, 0, bytes.length, position);
    this.#flushAfter(bytesWritten);
    return bytesWritten;
  }

  #openDirect(): Promise<FileHandle | null> {
    const { O_DIRECT, O_WRONLY } = constants;
    // Linux only; whatever speaks against it, the file itself is open.
    this.#direct ??=
      O_DIRECT === undefined ? Promise.resolve(null) : open(this.#path, O_WRONLY | O_DIRECT).catch(() => null);
    return this.#direct;
  }

  #flushAfter(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#unflushed < FLUSH_BYTES || this.#flush !== null) return;
    this.#unflushed = 0;
    this.#flush = this.#flushed();
    // The system may tell a failure but once: it is kept for `finish`, and no other flush follows it.
    this.#flush.catch(() => undefined);
  }

  async #flushed(): Promise<void> {
    await this.#file.datasync();
    this.#flush = null;
  }
}
