import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll, writeFileDurably } from '../files/sink.ts';
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
  /** Why nothing can be added any more. */
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
    const path = join(folder, segmentName(number));
    try {
      await writeFileDurably(path, segmentHeader(number));
      return new SegmentWriter(number, path, await open(path, 'a'), { end: SEGMENT_HEADER_BYTES, sealed: true });
    } catch (error) {
      throw cannot('write', path, error);
    }
  }

  /**
   * Cuts what lies behind the sound end; when this returns, all before it is on the disk. A file that was cut gets zeros instead of
   * what it has lost, so that it stays missed, and of a torn record nothing is taken for whole.
   *
   * @throws ArchiveError
   */
  static async reopen(
    folder: string,
    number: number,
    at: { readonly end: number; readonly cutAt: number | null; readonly sealed: boolean },
  ): Promise<SegmentWriter> {
    if (at.end < SEGMENT_HEADER_BYTES) return SegmentWriter.create(folder, number);
    const path = join(folder, segmentName(number));
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'a');
      // A whole segment stays untouched: opening alone changes no file.
      if (at.cutAt !== null) await file.truncate(at.cutAt);
      if ((await file.stat()).size !== at.end) await file.truncate(at.end);
      await file.sync();
      return new SegmentWriter(number, path, file, at);
    } catch (error) {
      await file?.close();
      throw cannot('write', path, error);
    }
  }

  /** Bytes of the file. */
  get end(): number {
    return this.#end;
  }

  /** Of them, those that survive a power cut. */
  get synced(): number {
    return this.#synced;
  }

  /**
   * Where the record begins.
   *
   * @throws ArchiveError and takes nothing more from then on: what was to follow may speak of what is not there
   */
  async append(header: RecordHeader | null, payload: Uint8Array = NOTHING): Promise<number> {
    if (this.#failure !== null) throw this.#failure;
    const offset = this.#end;
    const head = encodeHead(header, payload, this.#synced);
    try {
      await writeAll(this.#file, [head, payload]);
    } catch (error) {
      this.#failure = cannot('write', this.#path, error);
      // Should this be refused as well, the next opening cuts what was torn: the first refusal is the one to tell.
      await this.#file.truncate(offset).catch(() => undefined);
      throw this.#failure;
    }
    this.#end = offset + head.length + payload.byteLength;
    this.#sealed = header === null;
    return offset;
  }

  /** When this returns, all that was appended survives a power cut. @throws ArchiveError as `append` */
  async sync(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#synced === this.#end) return;
    try {
      await this.#file.datasync();
    } catch (error) {
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
}
