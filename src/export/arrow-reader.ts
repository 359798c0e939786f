/** Arrow IPC files read one record batch at a time. */

import { type FileHandle, open } from 'node:fs/promises';
import {
  type AsyncRecordBatchFileReader,
  CompressionType,
  compressionRegistry,
  type Data,
  DataType,
  Message,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
} from 'apache-arrow';
import { DatasetError, messageOf, quoted } from '../core/errors.ts';
import { versionOf } from '../files/version.ts';
import { contentOfFrame } from './compression.ts';
import { checkFlatbuffer, FOOTER, RECORD_BATCH_MESSAGE } from './flatbuffer-check.ts';

export interface ArrowFile {
  readonly schema: Schema;
  /** Number of record batches. */
  readonly batches: number;
  readonly rows: number;
  /** Reads one record batch, and nothing else of the file. @throws DatasetError */
  batch(index: number): Promise<RecordBatch>;
  /** The record batch that holds a row of the file, and the row's place in it. @throws DatasetError */
  row(row: number): Promise<{ readonly batch: RecordBatch; readonly index: number }>;
  close(): Promise<void>;
}

// Where a program has a codec of its own for apache-arrow, that stays.
if (compressionRegistry.get(CompressionType.LZ4_FRAME) === null) {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: contentOfFrame });
}

const MAGIC = 'ARROW1';
/** Footer length (4 bytes) and magic. */
const TAIL_BYTES = 4 + MAGIC.length;
const HEAD_BYTES = 8;

/**
 * Opens an Arrow IPC file, plain or compressed as this program does it. Memory is that of one record batch: the last one read is kept.
 *
 * @param version what the file was when its content was checked (`versionOf`): a batch of any other is refused. @default any
 * @throws DatasetError when there is no such file, or it is damaged or something else
 */
export async function openArrowFile(path: string, version?: bigint): Promise<ArrowFile> {
  const about = (error: unknown) =>
    new DatasetError(`cannot read ${quoted(path, 400)}: ${messageOf(error)}; expected a whole Arrow IPC file`, {
      cause: error,
    });
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw about(error);
  }
  try {
    return await readFooter(file, version, about);
  } catch (error) {
    await file.close();
    throw about(error);
  }
}

async function readFooter(
  file: FileHandle,
  version: bigint | undefined,
  about: (error: unknown) => DatasetError,
): Promise<ArrowFile> {
  await checkFrame(file);
  const reader = (await RecordBatchReader.from(file)) as AsyncRecordBatchFileReader;
  await reader.open();
  const starts = await firstRows(file, reader);
  expectVersion(file, version);
  const rows = starts.pop() ?? 0;
  let kept: { readonly index: number; readonly batch: RecordBatch } | undefined;
  // The reader seeks, then reads: one at a time.
  let last: Promise<unknown> = Promise.resolve();

  async function read(index: number): Promise<RecordBatch> {
    if (kept?.index !== index) {
      try {
        kept = { index, batch: whole(await reader.readRecordBatch(index)) };
        expectVersion(file, version);
      } catch (error) {
        throw about(error);
      }
    }
    return kept.batch;
  }

  function batch(index: number): Promise<RecordBatch> {
    const result = last.then(() => read(index));
    last = result.catch(() => undefined);
    return result;
  }

  return {
    schema: reader.schema,
    batches: starts.length,
    rows,
    batch,
    async row(row) {
      const index = row < rows ? starts.findLastIndex((start) => start <= row) : -1;
      const start = starts[index];
      if (start === undefined) {
        throw about(`got row ${row} of ${rows}`);
      }
      return { batch: await batch(index), index: row - start };
    },
    close: () => file.close(),
  };
}

/** Bytes that were read before this was looked at are those of that version. */
function expectVersion(file: FileHandle, version: bigint | undefined): void {
  if (version !== undefined && versionOf(file.fd) !== version) throw new Error('got a file that has just been changed');
}

/** The magic at both ends and a footer that lies between them: what apache-arrow takes for granted. */
async function checkFrame(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size < HEAD_BYTES + TAIL_BYTES) {
    throw new Error(`got ${size} bytes`);
  }
  const head = await readAt(file, 0, MAGIC.length);
  const tail = await readAt(file, size - TAIL_BYTES, TAIL_BYTES);
  if (head.toString('latin1') !== MAGIC || tail.toString('latin1', 4) !== MAGIC) {
    throw new Error(`got ${head.toString('latin1') === MAGIC ? 'no end mark' : 'another format'}`);
  }
  const footerBytes = tail.readInt32LE(0);
  if (footerBytes <= 0 || footerBytes > size - HEAD_BYTES - TAIL_BYTES) {
    throw new Error(`got a footer of ${footerBytes} bytes in a file of ${size}`);
  }
  checkFlatbuffer(await readAt(file, size - TAIL_BYTES - footerBytes, footerBytes), FOOTER);
}

/** Row each record batch starts with, and after the last the number of all rows; from the batches' own headers. */
async function firstRows(file: FileHandle, reader: AsyncRecordBatchFileReader): Promise<number[]> {
  const { size } = await file.stat();
  const starts = [0];
  let rows = 0;
  for (const { offset, metaDataLength, bodyLength } of reader.footer?.recordBatches() ?? []) {
    if (offset < HEAD_BYTES || metaDataLength <= 8 || bodyLength < 0 || offset + metaDataLength + bodyLength > size) {
      throw new Error(
        `got a record batch of ${metaDataLength} + ${bodyLength} bytes at ${offset} in a file of ${size}`,
      );
    }
    // Continuation mark and length, 4 bytes each, come before the message.
    const bytes = (await readAt(file, offset, metaDataLength)).subarray(8);
    checkFlatbuffer(bytes, RECORD_BATCH_MESSAGE);
    const message = Message.decode(bytes);
    if (!message.isRecordBatch()) {
      throw new Error(`got no record batch at ${offset}`);
    }
    rows += message.header().length;
    starts.push(rows);
  }
  return starts;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) {
    throw new Error(`got ${bytesRead} of ${length} bytes at ${position}`);
  }
  return buffer;
}

/** Every column as long as the batch says: apache-arrow cuts short buffers without a word. */
function whole(batch: RecordBatch | null): RecordBatch {
  if (batch === null) {
    throw new Error('got no such record batch');
  }
  for (const [i, column] of batch.data.children.entries()) {
    if (column.length !== batch.numRows || !isWhole(column)) {
      throw new Error(`got too few values in column ${quoted(batch.schema.fields[i]?.name ?? String(i))}`);
    }
  }
  return batch;
}

function isWhole({ type, length, nullCount, nullBitmap, valueOffsets, values, children }: Data): boolean {
  const room = children[0]?.length ?? (values as ArrayLike<unknown> | undefined)?.length ?? 0;
  const offsets = valueOffsets as Int32Array | undefined;
  const needed = offsets?.[length] ?? length;
  return (
    (nullCount === 0 || nullBitmap.length * 8 >= length) &&
    (offsets === undefined || offsets.length > length) &&
    (DataType.isBool(type) || room >= needed) &&
    children.every(isWhole)
  );
}
