/** The header of Sun's AU files (`.au`, `.snd`). */

import { InputError } from '../../core/errors.ts';
import { type AlawData, checkedFormat, isStreamedLength } from './alaw-data.ts';
import type { ByteSource } from './byte-source.ts';

const ALAW = 27;
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'mu-law'],
  [2, '8-bit PCM'],
  [3, '16-bit PCM'],
  [4, '24-bit PCM'],
  [5, '32-bit PCM'],
  [6, 'floating point PCM'],
  [7, 'floating point PCM'],
]);

/**
 * Big-endian, or little-endian where the magic is turned round (Sun, audio_filehdr(4)):
 *
 * | at | bytes | holds                         | at | bytes | holds                  |
 * |----|-------|-------------------------------|----|-------|------------------------|
 * |  0 |     4 | `.snd` or `.sd\0`; `dns.` or `\0ds.` | 12 |     4 | 27, A-law              |
 * |  4 |     4 | where the samples begin       | 16 |     4 | sampling frequency, Hz |
 * |  8 |     4 | bytes of samples; ffffffff: not known | 20 | 4 | channels            |
 *
 * @throws InputError when it is not 8-bit A-law
 */
export async function readSunAudio(source: ByteSource, littleEndian: boolean): Promise<AlawData> {
  const head = await source.read(24);
  if (head.length < 24) throw new InputError('got an AU file cut short in its header; copy it again');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [start, length, coding, rate, channels] = [4, 8, 12, 16, 20].map((at) => view.getUint32(at, littleEndian)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (coding !== ALAW) {
    const name = NAMES.get(coding);
    throw new InputError(
      `got an AU file of ${name === undefined ? '' : `${name}, `}encoding ${coding}, expected encoding 27 (A-law)`,
    );
  }
  if (start < 24) throw new InputError(`got an AU file whose samples begin at byte ${start}, expected 24 or more`);
  const format = checkedFormat('an AU file', rate, channels);
  await source.skip(start - 24);
  const isStreamed = length === 0 || isStreamedLength(length);
  return { format, length: isStreamed ? Number.POSITIVE_INFINITY : length, isStreamed };
}
