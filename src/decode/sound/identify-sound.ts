/** What an input that should hold A-law is, told by its first bytes. */

import { CHUNK_LAYOUTS, type ChunkLayout } from './chunked-sound.ts';

export type SoundKind =
  | { readonly kind: 'chunks'; readonly layout: ChunkLayout }
  | { readonly kind: 'au'; readonly littleEndian: boolean }
  /** JSON, perhaps of the API. */
  | { readonly kind: 'answer' }
  | { readonly kind: 'gzip' }
  /** Known to be something else. */
  | { readonly kind: 'foreign'; readonly what: string }
  /** A-law codes and nothing else, as far as one can see. */
  | { readonly kind: 'bare' };

/** As many bytes as are looked at. */
export const SOUND_HEAD_BYTES = 4096;

/** Starts of containers that are read; `?` stands for any byte. */
const READ: readonly (readonly [start: string, is: SoundKind])[] = [
  ['RIFF????WAVE', { kind: 'chunks', layout: CHUNK_LAYOUTS.RIFF }],
  ['RIFX????WAVE', { kind: 'chunks', layout: CHUNK_LAYOUTS.RIFX }],
  ['RF64????WAVE', { kind: 'chunks', layout: CHUNK_LAYOUTS.RF64 }],
  ['BW64????WAVE', { kind: 'chunks', layout: CHUNK_LAYOUTS.BW64 }],
  ['riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00', { kind: 'chunks', layout: CHUNK_LAYOUTS.W64 }],
  ['FORM????AIFC', { kind: 'chunks', layout: CHUNK_LAYOUTS.AIFC }],
  ['caff\x00\x01', { kind: 'chunks', layout: CHUNK_LAYOUTS.CAF }],
  ['.snd', { kind: 'au', littleEndian: false }],
  ['dns.', { kind: 'au', littleEndian: true }],
  // As DEC had it, and sox has.
  ['.sd\x00', { kind: 'au', littleEndian: false }],
  ['\x00ds.', { kind: 'au', littleEndian: true }],
  ['\x1f\x8b\x08', { kind: 'gzip' }],
];

/** Starts of what is not read (Gary Kessler's table of file signatures, and each format's own specification). */
const FOREIGN: readonly (readonly [start: string, what: string])[] = [
  ['RIFF????AVI ', 'an AVI video'],
  ['RIFF', 'a RIFF file that is no WAV file'],
  ['RIFX', 'a RIFX file that is no WAV file'],
  ['FORM????AIFF', 'an AIFF file, which is linear PCM'],
  ['FORM????8SV', 'an IFF 8SVX file'],
  ['FORM????MAUD', 'an IFF MAUD file'],
  ['fLaC', 'a FLAC file'],
  ['OggS', 'an Ogg file'],
  ['ID3\x02', 'an MP3 file'],
  ['ID3\x03', 'an MP3 file'],
  ['ID3\x04', 'an MP3 file'],
  ['????ftyp', 'an MP4 file (M4A, 3GP, QuickTime)'],
  ['\x1a\x45\xdf\xa3', 'a WebM or Matroska file'],
  ['#!AMR', 'an AMR file'],
  ['#!SILK', 'a SILK file'],
  ['NIST_1A\n', 'a NIST SPHERE file'],
  ['Creative Voice File\x1a', 'a Creative VOC file'],
  ['ALawSoundFile**', 'a Psion WVE file'],
  ['\x64\xa3?\x00', 'an IRCAM file'],
  ['\x00?\xa3\x64', 'an IRCAM file'],
  ['nut/multimedia container', 'a NUT file'],
  ['2BIT', 'an AVR file'],
  ['PVF1', 'a PVF file'],
  ['PVF2', 'a PVF file'],
  ['FRM8', 'a DSDIFF file'],
  ['ADIF', 'an AAC file'],
  ['FLV\x01', 'a Flash video'],
  ['\x00\x00\x01\xba', 'an MPEG program stream'],
  ['\x93NUMPY', 'a NumPy file'],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file'],
  ['MATLAB 5.0 MAT-file', 'a MATLAB file'],
  ['wvpk', 'a WavPack file'],
  ['MAC ', "a Monkey's Audio file"],
  ['TTA1', 'a True Audio file'],
  ['ajkg', 'a Shorten file'],
  ['DSD ', 'a DSF file'],
  ['MThd', 'a MIDI file'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'a Windows Media file'],
  ['PK\x03\x04', 'a zip archive; unpack it first'],
  ['PK\x05\x06', 'an empty zip archive'],
  ['Rar!\x1a\x07', 'a RAR archive; unpack it first'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive; unpack it first'],
  ['\xfd7zXZ\x00', 'an xz file; unpack it first'],
  ['BZh?1AY&SY', 'a bzip2 file; unpack it first'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard file; unpack it first'],
  ['%PDF', 'a PDF'],
  ['\x89PNG\r\n\x1a\n', 'a PNG picture'],
  ['\xff\xd8\xff\xe0', 'a JPEG picture'],
  ['\xff\xd8\xff\xe1', 'a JPEG picture'],
  ['GIF89a', 'a GIF picture'],
  ['GIF87a', 'a GIF picture'],
  ['ARROW1', 'an Arrow file'],
  ['PAR1', 'a Parquet file'],
  ['SQLite format 3\x00', 'an SQLite database'],
  ['\x7fELF', 'a program'],
  ['\xff\xfe?\x00?\x00?\x00', 'text in UTF-16'],
  ['\xfe\xff\x00?\x00?\x00?', 'text in UTF-16'],
];

/** @param head the first {@link SOUND_HEAD_BYTES}, fewer only where the input ends */
export function identifySound(head: Uint8Array): SoundKind {
  const start = Buffer.from(head.subarray(0, 32)).toString('latin1');
  const read = READ.find(([pattern]) => beginsWith(start, pattern));
  if (read !== undefined) return read[1];
  const foreign = FOREIGN.find(([pattern]) => beginsWith(start, pattern));
  if (foreign !== undefined) return { kind: 'foreign', what: foreign[1] };
  if (head.length > 262 && Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar') {
    return { kind: 'foreign', what: 'a tar archive; unpack it first' };
  }
  const frames = framesOf(head);
  if (frames !== null) return { kind: 'foreign', what: frames };
  return identifyText(head);
}

function beginsWith(start: string, pattern: string): boolean {
  if (start.length < pattern.length) return false;
  for (let i = 0; i < pattern.length; i++) if (pattern[i] !== '?' && pattern[i] !== start[i]) return false;
  return true;
}

function identifyText(head: Uint8Array): SoundKind {
  const text = textOf(head);
  if (text === null) return { kind: 'bare' };
  const first = text.trimStart()[0];
  if (first === '{' || first === '[') return { kind: 'answer' };
  return { kind: 'foreign', what: first === '<' ? 'a web page (HTML or XML)' : 'text' };
}

/** Codes of quiet sound below zero are text as well, that of silence is a U: none of other text is of these alone. */
const QUIET = /^[@-_]*$/;

/** `null`: it is not text in UTF-8. */
function textOf(head: Uint8Array): string | null {
  let text: string;
  try {
    // A character that the end of the head cuts in two is no fault.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: head.length >= SOUND_HEAD_BYTES });
  } catch {
    return null;
  }
  // oxlint-disable-next-line no-control-regex -- what no text has is looked for
  if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text) || QUIET.test(text)) return null;
  return text;
}

/** Frames of MPEG audio or AAC need no container: three, each beginning where the one before ends, are told from sound. */
function framesOf(head: Uint8Array): string | null {
  for (const [length, what] of [
    [mpegFrameBytes, 'an MP3 file'],
    [adtsFrameBytes, 'an AAC file'],
  ] as const) {
    let at = 0;
    let frames = 0;
    while (frames < 3 && at + 6 <= head.length) {
      const bytes = length(head, at);
      if (bytes === 0) break;
      at += bytes;
      frames++;
    }
    if (frames === 3) return what;
  }
  return null;
}

/** kbit/s of layer III by version 1, and 2 or 2.5: ISO/IEC 11172-3, 2.4.2.3, and 13818-3, 2.4.2.3. */
const KILOBITS = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
const HZ = [44_100, 48_000, 32_000] as const;

/** Bytes of the layer III frame at `at`; 0: there is none. */
function mpegFrameBytes(head: Uint8Array, at: number): number {
  const [sync, kind, rates] = [head[at] ?? 0, head[at + 1] ?? 0, head[at + 2] ?? 0];
  const version = (kind >> 3) & 3;
  if (sync !== 0xff || (kind & 0xe6) !== 0xe2 || version === 1) return 0;
  const kilobits = KILOBITS[version === 3 ? 0 : 1][rates >> 4] ?? 0;
  const full = HZ[(rates >> 2) & 3] ?? 0;
  if (kilobits === 0 || full === 0) return 0;
  const hz = version === 3 ? full : version === 2 ? full / 2 : full / 4;
  return Math.floor(((version === 3 ? 144 : 72) * 1000 * kilobits) / hz) + ((rates >> 1) & 1);
}

/** Bytes of the ADTS frame at `at`; 0: there is none. ISO/IEC 13818-7, 6.2. */
function adtsFrameBytes(head: Uint8Array, at: number): number {
  if (head[at] !== 0xff || ((head[at + 1] ?? 0) & 0xf6) !== 0xf0) return 0;
  const bytes = (((head[at + 3] ?? 0) & 3) << 11) | ((head[at + 4] ?? 0) << 3) | ((head[at + 5] ?? 0) >> 5);
  return bytes < 7 ? 0 : bytes;
}
