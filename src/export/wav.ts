/** WAV files of 16-bit linear PCM. */

import { ArgumentError, quoted } from '../core/errors.ts';
import { writeWhole } from '../files/sink.ts';

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
const FORMAT_PCM = 1;
const UINT32_MAX = 0xffffffff;

/**
 * Writes samples as a WAV file with the plain 44-byte header, byte for byte what `ffmpeg -bitexact` writes of one or two
 * channels. The folder is not synced: see `fsyncFolder`.
 *
 * @param pcm 16-bit samples, channels interleaved
 * @param samplingFrequency Hz of one channel, whole: the header holds no other
 * @throws ArgumentError when the numbers do not fit the header, among them more than 4 GiB of samples
 * @throws DatasetError when the file cannot be written; nothing half-written stays
 */
export async function writeWav(
  path: string,
  pcm: Int16Array,
  samplingFrequency: number,
  channels: number,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const refusal = wavRefusal(pcm.length, samplingFrequency, channels);
  if (refusal !== null) {
    throw new ArgumentError(`cannot write ${quoted(path, 400)} as WAV: ${refusal}`);
  }
  return writeWhole(path, async (file) => {
    file.hash();
    await file.write(wavHeader(pcm.byteLength, samplingFrequency, channels));
    await file.write(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
    return file.finishHashed();
  });
}

/**
 * RIFF header (Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991):
 *
 * | at | bytes | holds                  | at | bytes | holds                    |
 * |----|-------|------------------------|----|-------|--------------------------|
 * |  0 |     4 | `RIFF`                 | 24 |     4 | sampling frequency, Hz   |
 * |  4 |     4 | bytes after this field | 28 |     4 | bytes a second           |
 * |  8 |     4 | `WAVE`                 | 32 |     2 | bytes of one frame       |
 * | 12 |     4 | `fmt `                 | 34 |     2 | bits of one sample       |
 * | 16 |     4 | 16, bytes to 36        | 36 |     4 | `data`                   |
 * | 20 |     2 | 1, linear PCM          | 40 |     4 | bytes of samples         |
 * | 22 |     2 | channels               | 44 |       | samples, little-endian   |
 */
export function wavHeader(dataBytes: number, samplingFrequency: number, channels: number): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  const frameBytes = channels * BYTES_PER_SAMPLE;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(FORMAT_PCM, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(samplingFrequency, 24);
  header.writeUInt32LE(samplingFrequency * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

/** Why samples do not fit the header; `null`: they do. */
export function wavRefusal(samples: number, samplingFrequency: number, channels: number): string | null {
  if (!Number.isInteger(channels) || channels < 1 || channels * BYTES_PER_SAMPLE > 0xffff) {
    return `got ${channels} channels, expected 1..32767`;
  }
  const bytesPerSecond = samplingFrequency * channels * BYTES_PER_SAMPLE;
  if (!Number.isInteger(samplingFrequency) || samplingFrequency < 1 || bytesPerSecond > UINT32_MAX) {
    return `got ${samplingFrequency} Hz of ${channels} channels, expected a whole number of at most 4294967295 bytes a second`;
  }
  if (samples % channels !== 0) {
    return `got ${samples} samples, expected a multiple of the ${channels} channels`;
  }
  if (samples * BYTES_PER_SAMPLE > UINT32_MAX - (HEADER_BYTES - 8)) {
    return `got ${samples} samples, expected at most 2147483629 (4 GiB); cut the recording`;
  }
  return null;
}
