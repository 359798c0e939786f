/** The `fmt ` chunk of WAV files and their kin. */

import { InputError } from '../../core/errors.ts';
import { type AlawFormat, checkedFormat } from './alaw-data.ts';

/** WAVE_FORMAT_ALAW, RFC 2361, appendix A; and what else may stand there. */
const ALAW = 6;
const EXTENSIBLE = 0xfffe;
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'linear PCM'],
  [2, 'Microsoft ADPCM'],
  [3, 'floating point PCM'],
  [7, 'mu-law'],
  [0x11, 'IMA ADPCM'],
  [0x31, 'GSM 6.10'],
  [0x50, 'MPEG'],
  [0x55, 'MP3'],
]);

/** Bytes 2 to 15 of a subformat that stands for a registered format: KSDATAFORMAT_SUBTYPE_WAVEFORMATEX. */
const REGISTERED = '000000001000800000aa00389b71';

/**
 * WAVEFORMATEX, and WAVEFORMATEXTENSIBLE behind it (Microsoft, Multiple Channel Audio Data and WAVE Files, 2007):
 *
 * | at | bytes | holds                       | at | bytes | holds                                  |
 * |----|-------|-----------------------------|----|-------|----------------------------------------|
 * |  0 |     2 | 6, A-law; fffe: extensible  | 14 |     2 | 8, bits of one sample                  |
 * |  2 |     2 | channels                    | 16 |     2 | bytes that follow                      |
 * |  4 |     4 | sampling frequency, Hz      | 18 |     2 | extensible: valid bits of one sample   |
 * |  8 |     4 | bytes a second              | 20 |     4 | extensible: places of the speakers     |
 * | 12 |     2 | bytes of one frame          | 24 |    16 | extensible: the format as a GUID       |
 *
 * @param what the container with its article
 * @throws InputError when it is not 8-bit A-law
 */
export function readWaveFormat(content: Uint8Array, littleEndian: boolean, what: string): AlawFormat {
  if (content.length < 16) throw new InputError(`got ${what} whose format is cut short; save it anew`);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const tag = formatTag(view, littleEndian, what);
  const bits = view.getUint16(14, littleEndian);
  if (tag !== ALAW || bits !== 8) {
    const name = NAMES.get(tag);
    throw new InputError(
      `got ${what} of ${name === undefined ? '' : `${name}, `}format ${tag} with ${bits} bits, expected format 6 (A-law) with 8 bits`,
    );
  }
  const format = checkedFormat(what, view.getUint32(4, littleEndian), view.getUint16(2, littleEndian));
  const frameBytes = view.getUint16(12, littleEndian);
  if (frameBytes !== format.channels) {
    throw new InputError(
      `got ${what} of ${format.channels} channels in frames of ${frameBytes} bytes, expected a byte a channel; save it anew`,
    );
  }
  return format;
}

function formatTag(view: DataView, littleEndian: boolean, what: string): number {
  const tag = view.getUint16(0, littleEndian);
  if (tag !== EXTENSIBLE) return tag;
  if (view.byteLength < 40) throw new InputError(`got ${what} whose extensible format is cut short; save it anew`);
  const guid = Buffer.from(view.buffer, view.byteOffset + 24, 16).toString('hex');
  // In a big-endian file the GUID stands either way.
  if (guid.endsWith(REGISTERED)) return view.getUint16(24, true);
  throw new InputError(`got ${what} of a format of its own (${guid}), expected format 6 (A-law) with 8 bits`);
}
