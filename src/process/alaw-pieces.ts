/** A-law codes in order, bare or out of a WAV file, and the format they are in. */

import { InputError, isWithingsSignalsError, systemReason, throwIfAborted } from '../core/errors.ts';
import { type AlawFormat, type AlawWav, isWav, readAlawWav } from '../decode/alaw-wav.ts';

/** `format` is the same in every piece; `codes` are good until the next piece is asked for. */
export type AlawPiece = { readonly format: AlawFormat; readonly codes: Uint8Array };

/** Of bare codes: a stethoscope's. */
const DEFAULT_FORMAT: AlawFormat = { samplingFrequency: 4000, channels: 1 };

/** A WAV file's format and the start of its samples are looked for in this many bytes. */
const HEAD_BYTES = 65_536;

/**
 * @param wanted format of bare codes; one that a WAV file tells must agree
 * @throws InputError without the input's name; AbortedError when `signal` fires
 */
export async function* alawPieces(
  chunks: AsyncIterable<Uint8Array>,
  wanted: Partial<AlawFormat>,
  signal: AbortSignal | undefined,
): AsyncGenerator<AlawPiece> {
  let format: AlawFormat | undefined;
  let left = 0;
  for await (const chunk of withLongHead(readable(chunks, signal))) {
    let codes = chunk;
    if (format === undefined) {
      const wav = isWav(chunk) ? agreed(readAlawWav(chunk), wanted) : bare(wanted);
      format = wav;
      left = wav.length;
      codes = chunk.subarray(wav.start);
    }
    codes = codes.subarray(0, left);
    left -= codes.length;
    yield { format, codes };
    // What follows in a WAV file are texts.
    if (left === 0) return;
  }
  if (left > 0 && left < Number.POSITIVE_INFINITY) {
    throw new InputError(
      `ends ${left} bytes before its samples do, expected as many as its header says; copy it again`,
    );
  }
}

function bare(wanted: Partial<AlawFormat>): AlawWav {
  return { ...DEFAULT_FORMAT, ...wanted, start: 0, length: Number.POSITIVE_INFINITY };
}

function agreed(wav: AlawWav, wanted: Partial<AlawFormat>): AlawWav {
  for (const key of ['samplingFrequency', 'channels'] as const) {
    if (wanted[key] !== undefined && wanted[key] !== wav[key]) {
      throw new InputError(`its header says ${key} ${wav[key]}, got ${wanted[key]}; leave it to the header`);
    }
  }
  return wav;
}

async function* readable(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      throwIfAborted(signal);
      yield chunk;
    }
  } catch (error) {
    // A stream that waits for more is torn down by the same signal.
    throwIfAborted(signal);
    if (isWithingsSignalsError(error)) throw error;
    throw new InputError(`cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

/** The first chunk becomes as long as a header may be, if there is as much. */
async function* withLongHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    yield head;
    head = null;
  }
  if (head !== null) yield head;
}
