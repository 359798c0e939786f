/** A-law codes in order, bare or out of a container, and the format they are in. */

import { InputError } from '../../core/errors.ts';
import type { AlawData, AlawFormat } from './alaw-data.ts';
import type { ByteSource } from './byte-source.ts';
import { hasFurtherCodes, readChunkedSound } from './chunked-sound.ts';
import type { SoundKind } from './identify-sound.ts';
import { readSunAudio } from './sun-audio.ts';

/** `format` is the same in every piece; `codes` are good until the next piece is asked for, and whole frames out of a container. */
export type AlawPiece = { readonly format: AlawFormat; readonly codes: Uint8Array };

/** What codes are read from. */
export type CodesKind = Extract<SoundKind, { readonly kind: 'chunks' | 'au' | 'bare' }>;

/** Of bare codes: a stethoscope's. */
const DEFAULT_FORMAT: AlawFormat = { samplingFrequency: 4000, channels: 1 };

/**
 * @param source at the start of the input
 * @param wanted format of bare codes; one that a container tells must agree
 * @param notice gets one line on what is odd but cost no samples
 * @throws InputError without the input's name
 */
export async function* alawPieces(
  source: ByteSource,
  from: CodesKind,
  wanted: Partial<AlawFormat>,
  notice: (text: string) => void,
): AsyncGenerator<AlawPiece> {
  const { format, length, isStreamed } = await alawData(source, from, wanted);
  // How many channels bare codes are of is the caller's word, and may be wrong.
  const frames = new FrameCutter(from.kind === 'bare' ? 1 : format.channels);
  for await (const piece of source.pieces(length)) {
    const codes = frames.push(piece);
    if (codes.length > 0) yield { format, codes };
  }
  const { got, rest } = frames;
  if (got < length && length < Number.POSITIVE_INFINITY && !isStreamed) {
    throw new InputError(
      `ends ${length - got} bytes before its samples do, expected as many as its header says; copy it again`,
    );
  }
  if (rest > 0) {
    const lost = rest === 1 ? 'the last byte was' : `the last ${rest} bytes were`;
    notice(`its samples end within a frame of ${format.channels} channels: ${lost} left out as other programs do`);
  }
  if (isStreamed && got < length) {
    notice(`its header does not tell how long it is: read to the end, ${got} bytes of samples`);
    return;
  }
  if (from.kind === 'chunks' && (await hasFurtherCodes(source, from.layout, length))) {
    notice('it holds a second stretch of samples, which was left out as other programs do');
  }
}

/** Bytes in pieces of any size to pieces of whole frames. */
class FrameCutter {
  readonly #frameBytes: number;
  #rest: Uint8Array = new Uint8Array(0);
  #got = 0;

  constructor(frameBytes: number) {
    this.#frameBytes = frameBytes;
  }

  /** Bytes that came. */
  get got(): number {
    return this.#got;
  }

  /** Bytes of the frame that has only begun. */
  get rest(): number {
    return this.#rest.length;
  }

  push(piece: Uint8Array): Uint8Array {
    this.#got += piece.length;
    const joined = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const whole = joined.length - (joined.length % this.#frameBytes);
    // A copy: a Buffer's own slice would not be one, and the piece ends when the next is asked for.
    this.#rest = new Uint8Array(joined.subarray(whole));
    return joined.subarray(0, whole);
  }
}

async function alawData(source: ByteSource, from: CodesKind, wanted: Partial<AlawFormat>): Promise<AlawData> {
  if (from.kind === 'bare') {
    return { format: { ...DEFAULT_FORMAT, ...wanted }, length: Number.POSITIVE_INFINITY, isStreamed: false };
  }
  const data = await (from.kind === 'au'
    ? readSunAudio(source, from.littleEndian)
    : readChunkedSound(source, from.layout));
  requireFormat(data.format, wanted);
  return data;
}

/** @throws InputError when the input says another format than is wanted */
export function requireFormat(told: AlawFormat, wanted: Partial<AlawFormat>): void {
  for (const key of ['samplingFrequency', 'channels'] as const) {
    if (wanted[key] !== undefined && wanted[key] !== told[key]) {
      throw new InputError(`its header says ${key} ${told[key]}, got ${wanted[key]}; leave it to the header`);
    }
  }
}
