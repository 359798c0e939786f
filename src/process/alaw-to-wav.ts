/** A file of A-law codes to a WAV file of 16-bit PCM: read, decoded and written at the same time, in a few MiB. */

import { dirname } from 'node:path';
import { ArgumentError, InputError, quoted } from '../core/errors.ts';
import type { AlawFormat } from '../decode/alaw-wav.ts';
import { wavHeader, wavRefusal } from '../export/wav.ts';
import type { BlockWriter } from '../files/block-writer.ts';
import { readAhead } from '../files/read-ahead.ts';
import { fsyncFolder, writeWhole } from '../files/sink.ts';
import { alawToLinear } from '../kernels/alaw/index.ts';
import { type AlawPiece, alawPieces } from './alaw-pieces.ts';

export interface AlawToWavOptions extends Partial<AlawFormat> {
  /** Path of the codes, bare or in a WAV file of format 6; or its bytes as they come. */
  readonly input: string | AsyncIterable<Uint8Array>;
  /** Path of the WAV file; replaced when it is there. */
  readonly out: string;
  /** Hz of one channel. A WAV file tells its own, and must agree. @default 4000, a stethoscope's */
  readonly samplingFrequency?: number;
  /** Interleaved. A WAV file tells its own, and must agree. @default 1 */
  readonly channels?: number;
  readonly signal?: AbortSignal;
}

export type AlawToWavReport = AlawFormat & {
  readonly out: string;
  /** Of one channel. */
  readonly samples: number;
  readonly bytes: number;
};

/** Codes decoded at a time. */
const CODES = 1 << 20;

/**
 * Decodes A-law to a WAV file whose samples equal those of ffmpeg and sox. The file appears whole and synced, or not at all.
 *
 * @throws InputError when the input cannot be read or is not A-law; ArgumentError when the numbers do not fit a WAV header;
 * DatasetError when `out` cannot be written; AbortedError when `signal` fires
 */
export async function alawToWav(options: AlawToWavOptions): Promise<AlawToWavReport> {
  const { input, out, signal, ...wanted } = options;
  const chunks = typeof input === 'string' ? readAhead(input, CODES) : input;
  try {
    const report = await writeWhole(out, (file) => decodeInto(file, out, alawPieces(chunks, wanted, signal)));
    await fsyncFolder(dirname(out));
    return report;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const name = typeof input === 'string' ? quoted(input, 400) : 'standard input';
    throw new InputError(`${name}: ${error.message}`, { cause: error });
  }
}

async function decodeInto(file: BlockWriter, out: string, pieces: AsyncIterable<AlawPiece>): Promise<AlawToWavReport> {
  // What it says is known at the end.
  await file.write(wavHeader(0, 1, 1));
  const pcm = new Int16Array(CODES);
  let format: AlawFormat | undefined;
  let count = 0;
  for await (const piece of pieces) {
    format = piece.format;
    for (let from = 0; from < piece.codes.length; from += CODES) {
      const codes = piece.codes.subarray(from, from + CODES);
      count += codes.length;
      refuse(out, count - (count % format.channels), format);
      alawToLinear(pcm, codes);
      await file.write(new Uint8Array(pcm.buffer, 0, 2 * codes.length));
    }
  }
  if (format === undefined || count === 0) throw new InputError('got no samples, expected A-law codes');
  refuse(out, count, format);
  const header = wavHeader(2 * count, format.samplingFrequency, format.channels);
  await file.finishWith(header);
  const { samplingFrequency, channels } = format;
  return { out, samplingFrequency, channels, samples: count / channels, bytes: header.length + 2 * count };
}

function refuse(out: string, count: number, { samplingFrequency, channels }: AlawFormat): void {
  const refusal = wavRefusal(count, samplingFrequency, channels);
  if (refusal !== null) throw new ArgumentError(`cannot write ${quoted(out, 400)} as WAV: ${refusal}`);
}
