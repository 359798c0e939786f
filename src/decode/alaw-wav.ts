/** The header of a WAV file that holds A-law. */

import { InputError } from '../core/errors.ts';

export type AlawFormat = {
  /** Hz of one channel. */
  readonly samplingFrequency: number;
  readonly channels: number;
};

export type AlawWav = AlawFormat & {
  /** Where the codes begin, bytes. */
  readonly start: number;
  /** Bytes of codes; `Infinity`: to the end of the file. */
  readonly length: number;
};

/** WAVE_FORMAT_ALAW, RFC 2361, appendix A. */
const FORMAT_ALAW = 6;

/** What ffmpeg and sox write for the length when they cannot go back to fill it in. */
const LENGTHS_UNKNOWN: ReadonlySet<number> = new Set([0xffffffff, 0x7ffff000]);

export function isWav(bytes: Uint8Array): boolean {
  return text(bytes, 0) === 'RIFF' && text(bytes, 8) === 'WAVE';
}

/**
 * Reads the chunks before the samples. Of them only `fmt ` counts:
 *
 * | at | bytes | holds                            | at | bytes | holds                  |
 * |----|-------|----------------------------------|----|-------|------------------------|
 * |  0 |     2 | 6, A-law                         |  8 |     4 | bytes a second         |
 * |  2 |     2 | channels                         | 12 |     2 | bytes of one frame     |
 * |  4 |     4 | sampling frequency, Hz           | 14 |     2 | 8, bits of one sample  |
 *
 * @param head the beginning of the file, up to the first sample at least
 * @throws InputError when it is not the header of 8-bit A-law
 */
export function readAlawWav(head: Uint8Array): AlawWav {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let format: AlawFormat | undefined;
  let at = 12;
  while (at + 8 <= head.length) {
    const name = text(head, at);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name === 'data') {
      if (format === undefined)
        throw new InputError('got a WAV file whose samples come before their format; save it anew');
      return { ...format, start, length: LENGTHS_UNKNOWN.has(length) ? Number.POSITIVE_INFINITY : length };
    }
    if (name === 'fmt ' && length >= 16 && start + 16 <= head.length) format = readFormat(view, start);
    // Chunks begin at even places.
    at = start + length + (length % 2);
  }
  throw new InputError(`got a WAV file without samples in its first ${head.length} bytes; save it anew`);
}

function readFormat(view: DataView, at: number): AlawFormat {
  const tag = view.getUint16(at, true);
  const bits = view.getUint16(at + 14, true);
  if (tag !== FORMAT_ALAW || bits !== 8) {
    throw new InputError(`got a WAV file of format ${tag} with ${bits} bits, expected format 6 (A-law) with 8 bits`);
  }
  return { channels: view.getUint16(at + 2, true), samplingFrequency: view.getUint32(at + 4, true) };
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
