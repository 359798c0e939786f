import type { DecodedSink } from '../../src/decode/decoded-sink.ts';
import { InputDecoder } from '../../src/decode/input-decoder.ts';

/** As a file is read. */
const CHUNK_BYTES = 1 << 20;

/** Decodes one good answer; gives the number of values. */
export function decodeAnswer(bytes: Buffer): number {
  const counter = new ValueCounter();
  const decoder = new InputDecoder('bench', counter);
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) decoder.push(bytes.subarray(from, from + CHUNK_BYTES));
  decoder.finish();
  return counter.values;
}

class ValueCounter implements DecodedSink {
  values = 0;

  frame({ id, columns }: Parameters<DecodedSink['frame']>[0]): void {
    this.values += id.length * (2 + columns.size);
  }

  recording(recording: Parameters<DecodedSink['recording']>[0]): void {
    this.values += recording.kind === 'ecg' ? recording.ecg.length : recording.pcm.length;
  }

  fact(): void {}
  notice(): void {}
  documentEnd(): void {}

  elementRejected(error: Parameters<DecodedSink['elementRejected']>[0]): never {
    throw error;
  }

  documentRejected({ error }: Parameters<DecodedSink['documentRejected']>[0]): never {
    throw error;
  }
}
