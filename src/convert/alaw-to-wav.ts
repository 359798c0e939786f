/** A file of A-law codes to a WAV file of 16-bit PCM: read, decoded and written at the same time, in a few MiB. */

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  ArgumentError,
  errorCode,
  InputError,
  isWithingsSignalsError,
  quoted,
  systemReason,
  throwIfAborted,
} from '../core/errors.ts';
import type { AlawFormat } from '../decode/sound/alaw-data.ts';
import { type AlawPiece, alawPieces, requireFormat } from '../decode/sound/alaw-pieces.ts';
import { ByteSource } from '../decode/sound/byte-source.ts';
import { identifySound, SOUND_HEAD_BYTES, type SoundKind } from '../decode/sound/identify-sound.ts';
import { readStethoAnswer } from '../decode/sound/stetho-answer.ts';
import { wavHeader, wavRefusal, writeWav } from '../export/wav.ts';
import type { BlockWriter } from '../files/block-writer.ts';
import { requireFilePlace, type Wanted } from '../files/place.ts';
import { readAhead } from '../files/read-ahead.ts';
import { fsyncFolder, writeWhole } from '../files/sink.ts';
import { inflate } from '../ingest/input-stream.ts';
import { alawToLinear } from '../kernels/alaw/index.ts';

export interface AlawToWavOptions extends Partial<AlawFormat> {
  /**
   * Path of the codes, or the bytes as they come: bare A-law; a WAV file (also RIFX, RF64, BW64), Wave64, AU, AIFF-C or CAF file
   * that holds A-law; or a saved stethoscope answer, which may be compressed by gzip.
   */
  readonly input: string | AsyncIterable<Uint8Array>;
  /** Path of the WAV file; replaced when it is there. */
  readonly out: string;
  /** Hz of one channel. What tells its own must agree. @default 4000, a stethoscope's */
  readonly samplingFrequency?: number;
  /** Interleaved. What tells its own must agree. @default 1 */
  readonly channels?: number;
  /** The input is bare A-law, whatever it looks like. @default false */
  readonly raw?: boolean;
  /** Gets one line on what is odd but cost no samples. @default nobody is told */
  readonly onNotice?: (text: string) => void;
  readonly signal?: AbortSignal;
}

export type AlawToWavReport = AlawFormat & {
  readonly out: string;
  /** Of one channel. */
  readonly samples: number;
  readonly bytes: number;
};

const OUT: Wanted = {
  kind: 'file',
  of: 'the sound',
  example: '--out heart.wav',
  notStandardOutput: 'the header of a WAV file tells its length, and is written last',
};

/** Codes decoded at a time. */
const CODES = 1 << 20;

/**
 * Decodes A-law to a WAV file whose samples equal those of ffmpeg and sox. The file appears whole and synced, or not at all.
 *
 * @throws InputError when the input cannot be read or is not A-law; ArgumentError when the numbers do not fit a WAV header, `out` is
 * the input or can be no file;
 * DatasetError when `out` cannot be written; AbortedError when `signal` fires
 */
export async function alawToWav(options: AlawToWavOptions): Promise<AlawToWavReport> {
  const { input, out, signal } = options;
  if (typeof input === 'string' && (await isSameFile(input, out))) {
    throw new ArgumentError(`out: got ${quoted(out, 400)}, which is the input; give another file`);
  }
  await requireFilePlace('out', out, OUT);
  const chunks = typeof input === 'string' ? readAhead(input, CODES) : input;
  const source = new ByteSource(readable(chunks, signal));
  try {
    const report = await convertSource(source, options);
    await fsyncFolder(dirname(out));
    return report;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const name = typeof input === 'string' ? quoted(input, 400) : 'standard input';
    throw new InputError(`${name}: ${error.message}`, { cause: error });
  } finally {
    await source.close();
  }
}

/** `false` also where one of them is not there, or cannot be asked about: that is told when it is used. */
async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map((path) => stat(path).catch(() => null)));
  if (!one || !other) return false;
  return one.ino === other.ino && one.dev === other.dev;
}

async function convertSource(source: ByteSource, options: AlawToWavOptions): Promise<AlawToWavReport> {
  const { out, raw = false, onNotice = () => undefined } = options;
  const { samplingFrequency, channels } = options;
  const wanted = {
    ...(samplingFrequency !== undefined && { samplingFrequency }),
    ...(channels !== undefined && { channels }),
  };
  const found: SoundKind = raw ? { kind: 'bare' } : identifySound(await source.peek(SOUND_HEAD_BYTES));
  if (found.kind === 'foreign') throw notAlaw(found.what);
  if (found.kind === 'answer' || found.kind === 'gzip') {
    const content = found.kind === 'gzip' ? await answerWithin(source) : source;
    return convertAnswer(content, out, wanted, onNotice);
  }
  return writeWhole(out, (file) => decodeInto(file, out, alawPieces(source, found, wanted, onNotice)));
}

async function answerWithin(source: ByteSource): Promise<ByteSource> {
  const content = new ByteSource(inflate(source.pieces(Number.POSITIVE_INFINITY)));
  const found = identifySound(await content.peek(SOUND_HEAD_BYTES));
  if (found.kind === 'answer') return content;
  await content.close();
  throw notAlaw('a gzip file that holds no answer; unpack it first');
}

async function convertAnswer(
  source: ByteSource,
  out: string,
  wanted: Partial<AlawFormat>,
  notice: (text: string) => void,
): Promise<AlawToWavReport> {
  const recording = await readStethoAnswer(source.pieces(Number.POSITIVE_INFINITY), notice);
  const { pcm, samplingFrequency, channels } = recording;
  requireFormat(recording, wanted);
  const { bytes } = await writeWav(out, pcm, samplingFrequency, channels);
  return { out, samplingFrequency, channels, samples: pcm.length / channels, bytes };
}

function notAlaw(what: string): InputError {
  return new InputError(
    `got ${what}, expected A-law, bare or in a WAV, Wave64, AU, AIFF-C or CAF file, or a stethoscope answer (--raw takes any bytes for bare A-law)`,
  );
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
    const why = errorCode(error) === 'EISDIR' ? 'got a folder, expected a file' : systemReason(error);
    throw new InputError(`cannot be read: ${why}`, { cause: error });
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
