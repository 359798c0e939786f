import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fsyncFolder, writeAll } from '../files/sink.ts';
import { encodeHead, type RecordHeader } from './record.ts';
import { SEGMENT_HEADER_BYTES, segmentHeader, segmentName } from './segment.ts';
import { cannot } from './system-error.ts';

const NOTHING = new Uint8Array();

/** The segment that grows. Calls follow one another; each is done before the next. */
export class SegmentWriter {
  readonly number: number;
  readonly #path: string;
  readonly #file: FileHandle;
  #end: number;
  /** All before is on the disk. */
  #synced: number;
  /** The last record is a seal: all before it is on the disk, and says so. */
  #sealed: boolean;
  /** Why nothing can be added any more: what the file holds is not known. */
  #failure: Error | null = null;

  private constructor(number: number, path: string, file: FileHandle, at: { end: number; sealed: boolean }) {
    this.number = number;
    this.#path = path;
    this.#file = file;
    this.#end = at.end;
    this.#synced = at.end;
    this.#sealed = at.sealed;
  }

  /** @throws ArchiveError */
  static async create(folder: string, number: number): Promise<SegmentWriter> {
    return openSegment(folder, number, 'ax+', async (path, file) => {
      await writeAll(file, [segmentHeader(number)]);
      await file.sync();
      await fsyncFolder(folder);
      return new SegmentWriter(number, path, file, { end: SEGMENT_HEADER_BYTES, sealed: true });
    });
  }

  /**
   * Cuts what lies behind the sound end; when this returns, all before it is on the disk.
   *
   * @throws ArchiveError
   */
  static async reopen(
    folder: string,
    number: number,
    at: { readonly end: number; readonly sealed: boolean },
  ): Promise<SegmentWriter> {
    return openSegment(folder, number, 'a+', async (path, file) => {
      // A whole segment stays untouched: opening alone changes no file.
      if ((await file.stat()).size > at.end) await file.truncate(at.end);
      if (at.end < SEGMENT_HEADER_BYTES) {
        await file.truncate(0);
        await writeAll(file, [segmentHeader(number)]);
      }
      await file.sync();
      return new SegmentWriter(number, path, file, { ...at, end: Math.max(at.end, SEGMENT_HEADER_BYTES) });
    });
  }

  /** Bytes of the file. */
  get end(): number {
    return this.#end;
  }

  /** Where the record begins. @throws ArchiveError, and then the segment is as it was */
  async append(header: RecordHeader | null, payload: Uint8Array = NOTHING): Promise<number> {
    if (this.#failure !== null) throw this.#failure;
    const offset = this.#end;
    const head = encodeHead(header, payload, this.#synced);
    try {
      await writeAll(this.#file, [head, payload]);
    } catch (error) {
      await this.#takeBack(offset);
      throw cannot('write', this.#path, error);
    }
    this.#end = offset + head.length + payload.byteLength;
    this.#sealed = header === null;
    return offset;
  }

  /** When this returns, all that was appended survives a power cut. @throws ArchiveError */
  async sync(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#synced === this.#end) return;
    try {
      await this.#file.datasync();
    } catch (error) {
      // The system may have dropped what it could not write: only reading it anew tells.
      this.#failure = cannot('write', this.#path, error);
      throw this.#failure;
    }
    this.#synced = this.#end;
  }

  /** Syncs, and says so in the segment itself: whatever is found unsound in it later was damaged, not torn. @throws ArchiveError */
  async seal(): Promise<void> {
    await this.sync();
    if (!this.#sealed) await this.append(null);
    await this.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #takeBack(end: number): Promise<void> {
    try {
      await this.#file.truncate(end);
    } catch (error) {
      this.#failure = cannot('write', this.#path, error);
    }
  }
}

async function openSegment(
  folder: string,
  number: number,
  flags: string,
  use: (path: string, file: FileHandle) => Promise<SegmentWriter>,
): Promise<SegmentWriter> {
  const path = join(folder, segmentName(number));
  let file: FileHandle | undefined;
  try {
    file = await open(path, flags);
    return await use(path, file);
  } catch (error) {
    await file?.close();
    throw cannot('write', path, error);
  }
}
