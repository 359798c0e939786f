import type { InputError } from '../../../src/core/errors.ts';
import type { DecodedEcg, DecodedSink, Fact, SeriesFrame } from '../../../src/decode/decoded-sink.ts';
import { InputDecoder } from '../../../src/decode/input-decoder.ts';
import type { StethoRecording } from '../../../src/signals/signal.ts';

export type Collected = {
  readonly frames: SeriesFrame[];
  readonly recordings: (DecodedEcg | StethoRecording)[];
  readonly facts: Fact[];
  readonly notices: string[];
  readonly rejectedElements: string[];
  /** One line for each document: `0 ok`, `1 pending`, `2 rejected: ...`. */
  readonly documents: string[];
  readonly ends: Parameters<DecodedSink['documentEnd']>[0][];
  readonly errors: InputError[];
};

/** Everything an input yields, arrays copied, in one object. */
export function collect(input: string | Uint8Array | readonly Uint8Array[] | object, name = 'input.json'): Collected {
  const all: Collected = {
    frames: [],
    recordings: [],
    facts: [],
    notices: [],
    rejectedElements: [],
    documents: [],
    ends: [],
    errors: [],
  };
  const decoder = new InputDecoder(name, {
    frame: (frame) => {
      all.frames.push({
        ...frame,
        id: frame.id.slice(),
        timestamp: frame.timestamp.slice(),
        columns: new Map([...frame.columns].map(([column, values]) => [column, values.slice()])),
      });
    },
    recording: (recording) => {
      all.recordings.push(recording.kind === 'ecg' ? { ...recording, ecg: recording.ecg.slice() } : recording);
    },
    fact: (fact) => all.facts.push(fact),
    notice: (text) => all.notices.push(text),
    elementRejected: (error) => all.rejectedElements.push(error.message),
    documentEnd: (end) => {
      all.ends.push(end);
      all.documents.push(`${end.index} ${end.status}`);
    },
    documentRejected: ({ index, error }) => {
      all.errors.push(error);
      all.documents.push(`${index} rejected: ${error.message}`);
    },
  });
  for (const chunk of chunksOf(input)) decoder.push(chunk);
  decoder.finish();
  return all;
}

/** Why the only document of an input is rejected. */
export function rejection(input: Parameters<typeof collect>[0], name?: string): string {
  const { errors, documents } = collect(input, name);
  const [error] = errors;
  if (documents.length !== 1 || error === undefined) throw new Error(`not one rejection: ${documents.join('; ')}`);
  return error.message;
}

function chunksOf(input: Parameters<typeof collect>[0]): readonly Uint8Array[] {
  if (typeof input === 'string') return [Buffer.from(input)];
  if (input instanceof Uint8Array) return [input];
  if (Array.isArray(input) && input[0] instanceof Uint8Array) return input as readonly Uint8Array[];
  return [Buffer.from(JSON.stringify(input))];
}

/** Bytes in chunks that end at `where`, in any order, each within the bytes. */
export function cutUp(bytes: Uint8Array, where: readonly number[]): Uint8Array[] {
  const ends = [...where.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/** An envelope around a body. */
export function answer(body: object): object {
  return { status: 0, body };
}
