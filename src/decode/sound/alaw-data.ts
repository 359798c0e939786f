/** What a container tells of the A-law codes in it. */

import { InputError } from '../../core/errors.ts';

export type AlawFormat = {
  /** Hz of one channel. */
  readonly samplingFrequency: number;
  readonly channels: number;
};

/** The codes begin where the source of bytes stands. */
export type AlawData = {
  readonly format: AlawFormat;
  /** Bytes of codes; `Infinity`: to the end of the input. */
  readonly length: number;
  /** What the header says is no length: the codes may end before. */
  readonly isStreamed: boolean;
};

/**
 * Lengths of 32 bits that programs write when they cannot go back to fill them in: sox 7ffff000, arecord 7fffff00, others the
 * largest number, signed or not, or that less a header.
 */
export function isStreamedLength(length: number): boolean {
  return (length >= 0x7ffff000 && length <= 0x80000100) || length >= 0xffffff00;
}

/** @throws InputError when there is no such sound */
export function checkedFormat(what: string, samplingFrequency: number, channels: number): AlawFormat {
  if (channels === 0) throw new InputError(`got ${what} of 0 channels, expected 1 or more; save it anew`);
  if (!(samplingFrequency >= 1 && Number.isInteger(samplingFrequency))) {
    throw new InputError(`got ${what} of ${samplingFrequency} Hz, expected a whole number from 1; save it anew`);
  }
  return { samplingFrequency, channels };
}
