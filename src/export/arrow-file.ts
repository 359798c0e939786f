/** Arrow IPC files (Feather V2), written batch by batch. */

import { CompressionType, Message, type RecordBatch, RecordBatchFileWriter, type Schema, util } from 'apache-arrow';
import { ArgumentError, quoted } from '../core/errors.ts';
import { writeWhole } from '../files/sink.ts';
import { type CompressedBody, type Compression, compressBuffers } from './compression.ts';

/**
 * Writes record batches as an Arrow IPC file; equal batches give equal bytes. A batch's buffers may be reused when the next
 * one is asked for. The folder is not synced: see `fsyncFolder`.
 *
 * @param batches none makes a file of no rows
 * @param compression of every buffer of the columns. @default 'none'
 * @throws ArgumentError when a batch has other fields than `schema`
 * @throws DatasetError when the file cannot be written; on any error nothing half-written stays
 */
export async function writeArrowFile(
  path: string,
  schema: Schema,
  batches: Iterable<RecordBatch> | AsyncIterable<RecordBatch>,
  compression: Compression = 'none',
): Promise<{ readonly bytes: number; readonly sha256: string; readonly rows: number }> {
  return writeWhole(path, async (file) => {
    file.hash();
    const encoder = new FileEncoder({ compressionType: compression === 'lz4' ? CompressionType.LZ4_FRAME : null });
    let rows = 0;
    encoder.begin(schema);
    for await (const batch of batches) {
      // The writer would end the file at such a batch, without a word.
      if (!util.compareSchemas(schema, batch.schema)) {
        throw new ArgumentError(`${quoted(path, 400)}: got a batch with other fields than the file; use one schema`);
      }
      encoder.write(batch);
      for (const chunk of encoder.takeChunks()) await file.write(chunk);
      rows += batch.numRows;
    }
    encoder.finish();
    for (const chunk of encoder.takeChunks()) await file.write(chunk);
    return { ...(await file.finishHashed()), rows };
  });
}

/** apache-arrow's encoder, its chunks handed over as they are: its own queue copies or waits. */
class FileEncoder extends RecordBatchFileWriter {
  #chunks: Uint8Array[] = [];

  /** Starts the file, so that one without batches is whole too. */
  begin(schema: Schema): void {
    this.reset(undefined, schema);
  }

  /** What was encoded since the last call; views into the batches where they need no change. */
  takeChunks(): readonly Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /** The format holds a stream between its magic bytes, and so the schema; apache-arrow leaves it to the footer alone. */
  protected override _writeSchema(schema: Schema): this {
    return super._writeSchema(schema)._writeMessage(Message.from(schema));
  }

  /** apache-arrow 21 puts the compressed length where the format has the other one, which its own reader alone accepts. */
  protected override _compressBodyBuffers(buffers: ArrayBufferView[]): CompressedBody {
    return compressBuffers(buffers);
  }

  protected override _write(chunk: ArrayBufferView): this {
    this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this._position += chunk.byteLength;
    return this;
  }
}
