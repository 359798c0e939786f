/** The header of a WAV file as this program writes it. */

import { open } from 'node:fs/promises';
import { DatasetError, messageOf, quoted } from '../core/errors.ts';
import { wavHeader } from './wav.ts';

export type WavInfo = {
  /** Hz, of one channel. */
  readonly samplingFrequency: number;
  readonly channels: number;
  /** Of one channel. */
  readonly samples: number;
};

/** @throws DatasetError when the file cannot be read, is damaged, or has another header than the plain one of 44 bytes. */
export async function readWavInfo(path: string): Promise<WavInfo> {
  let bytes: Buffer;
  let size: number;
  try {
    const file = await open(path, 'r');
    try {
      ({ size } = await file.stat());
      bytes = (await file.read(Buffer.alloc(44), 0, 44, 0)).buffer;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new DatasetError(`cannot read ${quoted(path, 400)}: ${messageOf(error)}`, { cause: error });
  }
  const channels = bytes.readUInt16LE(22);
  const samplingFrequency = bytes.readUInt32LE(24);
  const dataBytes = bytes.readUInt32LE(40);
  if (size !== 44 + dataBytes || !bytes.equals(wavHeader(dataBytes, samplingFrequency, channels))) {
    throw new DatasetError(`cannot read ${quoted(path, 400)}: expected a whole WAV file of 16-bit PCM made by convert`);
  }
  return { samplingFrequency, channels, samples: dataBytes / 2 / channels };
}
