import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type AlawToWavOptions, type AlawToWavReport, alawToWav } from '../../../src/convert/alaw-to-wav.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { ecgAnswer, rawdataAnswer, stethoAnswer, temporaryFolder } from '../../support/answers.ts';

type Container = {
  readonly name: string;
  readonly frames: number;
  readonly channels: number;
  /** What stands around the codes, hexadecimal. */
  readonly before: string;
  readonly behind: string;
  /** Frames these programs read; null: none, or others. */
  readonly ffmpeg: number | null;
  readonly sox: number | null;
};

// Made by ffmpeg and sox: see samples/oracle/README.md.
const oracle = (name: string): URL => new URL(`../../../samples/oracle/g711/${name}`, import.meta.url);
const CONTAINERS = JSON.parse(await readFile(oracle('containers.json'), 'utf8')) as Container[];
const { decode } = JSON.parse(await readFile(oracle('alaw.json'), 'utf8')) as { decode: number[] };

const codesOf = (count: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: count }, (_, i) => (i * 37 + 11) % 256));
const bytesOf = ({ before, behind, frames, channels }: Container): Buffer =>
  Buffer.concat([Buffer.from(before, 'hex'), codesOf(frames * channels), Buffer.from(behind, 'hex')]);
const decoded = (codes: Uint8Array): Buffer =>
  Buffer.from(Int16Array.from(codes, (code) => decode[code] as number).buffer);

type Result = { readonly report: AlawToWavReport; readonly samples: Buffer; readonly notices: readonly string[] };

async function* inPieces(bytes: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    // As a stream may: the memory of a piece is another's when the next is asked for.
    const piece = new Uint8Array(bytes.subarray(from, to));
    yield piece;
    piece.fill(0x2a);
    from = to;
  }
}

async function toWav(input: AlawToWavOptions['input'], options: Partial<AlawToWavOptions> = {}): Promise<Result> {
  const out = join(await temporaryFolder(), 'out.wav');
  const notices: string[] = [];
  const report = await alawToWav({ input, out, onNotice: (text) => notices.push(text), ...options });
  return { report: { ...report, out: '' }, samples: (await readFile(out)).subarray(44), notices };
}

const container = (name: string): Buffer => bytesOf(CONTAINERS.find((found) => found.name === name) as Container);

describe('A-law in a container', () => {
  it.each(CONTAINERS)('$name: as many samples as ffmpeg or sox read of it', async (found) => {
    const { frames, channels, behind, ffmpeg, sox } = found;
    const bytes = bytesOf(found);
    const { report, samples, notices } = await toWav(inPieces(bytes));
    const wanted = ffmpeg ?? sox ?? frames + behind.length / 2 / channels;
    expect(report).toMatchObject({ samplingFrequency: 4000, channels, samples: wanted });
    const start = found.before.length / 2;
    expect(samples.equals(decoded(bytes.subarray(start, start + wanted * channels)))).toBe(true);
    const isStreamed =
      / to a pipe|WAV of RIFF size|AU .* of size/.test(found.name) && !found.name.includes('AU by ffmpeg to');
    if (isStreamed)
      expect(notices).toEqual([
        expect.stringMatching(/^its header does not tell how long it is: read to the end, \d+ bytes/),
      ]);
  });

  it('comes out the same however a pipe cuts it, as does all else that is read or refused', async () => {
    const random = createRandom(11);
    const codes = codesOf(9000);
    const answer = Buffer.from(JSON.stringify(stethoAnswer()));
    const inputs: Buffer[] = [
      ...CONTAINERS.filter((_, i) => i % 3 === 0).map(bytesOf),
      withLongChunk(),
      codes,
      codes.subarray(0, 5),
      answer,
      gzipSync(answer),
      Buffer.from(JSON.stringify(ecgAnswer())),
      Buffer.from('fLaC and more'),
      Buffer.alloc(0),
    ];
    for (const bytes of inputs) {
      const whole = await outcome(inPieces(bytes));
      for (let round = 0; round < 3; round++) {
        const count = round === 0 ? bytes.length : random.integer(0, 12);
        const near = round === 2 ? bytes.length : Math.min(bytes.length, 200);
        const cuts = Array.from({ length: Math.min(count, 500) }, (_, i) =>
          round === 0 ? i : random.integer(0, near),
        ).sort((a, b) => a - b);
        expect(
          await outcome(inPieces(bytes, cuts)),
          `${bytes.subarray(0, 12).toString('latin1')}, round ${round}`,
        ).toEqual(whole);
      }
    }
  }, 120_000);

  it('may stand behind chunks of any length', async () => {
    expect((await toWav(inPieces(withLongChunk()))).report.samples).toBe(801);
  });

  it('of a second data chunk is left out, as ffmpeg and sox do, and that is said', async () => {
    const data = Buffer.concat([container('RIFF of 1'), chunk('LIST', 7), chunk('data', 100)]);
    const { report, notices } = await toWav(inPieces(data));
    expect([report.samples, notices]).toEqual([801, [expect.stringContaining('a second stretch of samples')]]);
  });
});

describe('codes that end within a frame', () => {
  const odd = [
    ['WAV', 801, 2, Buffer.alloc(1)],
    ['WAV without the byte that fills it', 801, 2, Buffer.alloc(0)],
    ['WAV of three channels', 800, 3, Buffer.alloc(0)],
    ['WAV of a frame and a half', 9, 6, Buffer.alloc(0)],
  ] as const;
  // sox and ffmpeg: `sox x.wav -t raw -e signed -b 16 - | wc -c` and `ffmpeg -i x.wav -f s16le - | wc -c` count whole frames.
  it.each(odd)('%s: the whole frames are read, and what is left out is said', async (_, count, channels, fill) => {
    const bytes = Buffer.concat([wavOf(channels, count, codesOf(count)), fill]);
    const rest = count % channels;
    const says = rest === 1 ? 'the last byte was' : `the last ${rest} bytes were`;
    for (const cuts of [[], [43, 44, 45, 46, 47, 48, 49, 50]]) {
      const { report, samples, notices } = await toWav(inPieces(bytes, cuts));
      expect(report).toMatchObject({ channels, samples: Math.floor(count / channels) });
      expect(samples.equals(decoded(codesOf(count - rest)))).toBe(true);
      expect(notices).toEqual([
        `its samples end within a frame of ${channels} channels: ${says} left out as other programs do`,
      ]);
    }
  });

  it('of a length that is not told are told as well', async () => {
    const { report, notices } = await toWav(inPieces(wavOf(2, 0xffffffff, codesOf(801))));
    expect([report.samples, notices]).toEqual([
      400,
      [expect.stringContaining('the last byte was left out'), expect.stringContaining('read to the end, 801 bytes')],
    ]);
  });

  it('are refused where less than a frame is there, or the caller says how many channels they are of', async () => {
    await expect(toWav(inPieces(wavOf(2, 1, codesOf(1))))).rejects.toThrow(/got no samples/);
    await expect(toWav(inPieces(codesOf(801)), { channels: 2 })).rejects.toThrow(/801 samples, expected a multiple of/);
  });
});

function wavOf(channels: number, told: number, codes: Uint8Array): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  head.writeUInt32LE(36 + codes.length, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(6, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(4000, 24);
  head.writeUInt32LE(4000 * channels, 28);
  head.writeUInt16LE(channels, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(told, 40);
  return Buffer.concat([head, codes]);
}

function chunk(name: string, length: number): Buffer {
  const bytes = Buffer.alloc(8 + length + (length % 2));
  bytes.write(name, 'latin1');
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function withLongChunk(): Buffer {
  const wav = container('RIFF of 1');
  return Buffer.concat([wav.subarray(0, 12), chunk('LIST', 300_001), wav.subarray(12)]);
}

async function outcome(input: AsyncIterable<Uint8Array>): Promise<unknown> {
  try {
    const { report, samples, notices } = await toWav(input);
    return { report, notices, sha256: createHash('sha256').update(samples).digest('hex') };
  } catch (error) {
    return String(error);
  }
}

it('codes behind a data length of 0 are read to the end, where the length of the file is told', async () => {
  const streamed = Buffer.from(wav);
  streamed.writeUInt32LE(0, streamed.indexOf('data') + 4);
  const whole = await toWav(inPieces(wav));
  const { samples, notices } = await toWav(inPieces(streamed));
  // The byte that fills the chunk up to an even length cannot be told from a code.
  expect(samples.subarray(0, whole.samples.length).equals(whole.samples)).toBe(true);
  expect(samples.length - whole.samples.length).toBeLessThanOrEqual(2);
  expect(notices).toHaveLength(1);
});

describe('a saved stethoscope answer', () => {
  const answer = stethoAnswer();
  const { response } = answer as { response: { body: { signal: number[] } } };
  it.each([
    ['a wrapper', JSON.stringify(answer)],
    ['an envelope', JSON.stringify(response)],
    ['a bare body', `\n ${JSON.stringify(response.body, null, 1)}\n`],
    ['behind a byte order mark', `\ufeff${JSON.stringify(answer)}`],
  ])('is decoded: %s, compressed as well', async (_, text) => {
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      const { report, samples } = await toWav(inPieces(bytes));
      expect(report).toMatchObject({ samplingFrequency: 4000, channels: 1, samples: 1024 });
      expect(samples.equals(decoded(Uint8Array.from(response.body.signal)))).toBe(true);
    }
  });
});

const wav = container('RIFF of 1');
const au = container('AU by sox, 1 channel');
const patched = (bytes: Buffer, at: number, patch: readonly number[]): Buffer => {
  const copy = Buffer.from(bytes);
  copy.set(patch, at);
  return copy;
};
const text = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
/** Layer III, 128 kbit/s, 44.1 kHz: 417 bytes a frame. */
const mp3 = Buffer.concat(Array.from({ length: 4 }, (_, i) => patched(codesOf(417), 0, [0xff, 0xfb, 0x90, i])));

const REFUSED: Readonly<Record<string, readonly [bytes: Uint8Array, says: RegExp]>> = {
  'mu-law in WAV': [patched(wav, 20, [7]), /a WAV file of mu-law, format 7 with 8 bits, expected format 6/],
  'floats in WAV': [
    patched(wav, 20, [3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 32]),
    /floating point PCM, format 3 with 32 bits/,
  ],
  'mu-law in AU': [patched(au, 15, [1]), /AU file of mu-law, encoding 1, expected encoding 27/],
  'WAV of no channels': [patched(wav, 22, [0]), /0 channels, expected 1/],
  'WAV of odd frames': [patched(wav, 32, [2]), /1 channels in frames of 2 bytes/],
  'WAV with its samples first': [
    Buffer.concat([wav.subarray(0, 12), chunk('data', 10), wav.subarray(12)]),
    /before their format/,
  ],
  'WAV without samples, with texts': [emptyWav(), /no samples/],
  'AU cut short': [au.subarray(0, 100), /ends \d+ bytes before its samples do/],
  AIFF: [text('FORM\0\0\0\0AIFFCOMM'), /an AIFF file/],
  FLAC: [text('fLaC\0\0\0\x22'), /a FLAC file/],
  Ogg: [text('OggS\0\x02'), /an Ogg file/],
  'MP3 with a tag': [text('ID3\x04\0\0\0\0\0\0'), /an MP3 file/],
  MP3: [mp3, /an MP3 file/],
  M4A: [text('\0\0\0\x20ftypM4A '), /an MP4 file/],
  WebM: [Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 1, 2, 3, 4]), /a WebM/],
  AMR: [text('#!AMR\n'), /an AMR file/],
  IRCAM: [Buffer.from('64a30200007a4500010000001b000000', 'hex'), /an IRCAM file/],
  NUT: [text('nut/multimedia container\0'), /a NUT file/],
  SPHERE: [text('NIST_1A\n   1024\n'), /a NIST SPHERE file/],
  VOC: [text('Creative Voice File\x1a\x1a\0'), /a Creative VOC file/],
  zip: [text('PK\x03\x04\x14\0'), /a zip archive; unpack it first/],
  'gzip of something else': [gzipSync(wav), /a gzip file that holds no answer; unpack it first/],
  'a broken gzip stream': [gzipSync(text(stethoAnswer())).subarray(0, 60), /damaged gzip stream|cut|unexpected end/i],
  'a page': [text('<!DOCTYPE html><html></html>'), /a web page/],
  PDF: [text('%PDF-1.7\n'), /a PDF/],
  text: [text('no recording here\n'), /got text, expected A-law.*--raw/],
  'UTF-16': [Buffer.from('\ufeffno recording', 'utf16le'), /text in UTF-16/],
  'an error answer': [text({ status: 401, body: {}, error: 'invalid token' }), /401/],
  'JSON that is no answer': [text({ error: 'not found' }), /./],
  'an ECG': [text(ecgAnswer()), /got an ECG, expected one stethoscope recording/],
  'a list': [
    text({ status: 0, body: { series: [{ timestamp: 5, stetho: { signalid: 5 }, model: 44 }] } }),
    /got a list/,
  ],
  'raw data': [text(rawdataAnswer('accel', [])), /without a recording/],
  'two answers': [
    text(`${JSON.stringify(stethoAnswer())}\n${JSON.stringify(stethoAnswer())}`),
    /got 2 stethoscope recordings/,
  ],
  'a signal to come': [text(stethoAnswer({ signal: [] })), /not there yet/],
};

function emptyWav(): Buffer {
  const bytes = Buffer.concat([wav.subarray(0, 44 + 0), chunk('LIST', 10)]);
  const head = bytes.indexOf('data');
  const empty = Buffer.concat([wav.subarray(0, head), chunk('data', 0), chunk('LIST', 10)]);
  empty.writeUInt32LE(empty.length - 8, 4);
  return empty;
}

describe('what is not A-law is refused by name', () => {
  it.each(Object.entries(REFUSED))('%s', async (_, [bytes, says]) => {
    const folder = await temporaryFolder();
    const result = alawToWav({ input: inPieces(bytes), out: join(folder, 'out.wav') });
    await expect(result).rejects.toThrow(/^standard input: [^\n]+$/);
    await expect(result).rejects.toThrow(says);
    expect(await readdir(folder)).toEqual([]);
  });

  it('unless it is said to be bare A-law', async () => {
    const { report, samples } = await toWav(inPieces(Buffer.from('fLaC')), { raw: true, samplingFrequency: 8000 });
    expect(report).toMatchObject({ samplingFrequency: 8000, channels: 1, samples: 4 });
    expect(samples.equals(decoded(Buffer.from('fLaC')))).toBe(true);
  });

  it('and bare A-law is taken for what it is: silence is the letter U', async () => {
    for (const byte of [0x55, 0xd5, 0x80, 0x00]) {
      expect((await toWav(inPieces(Buffer.alloc(5000, byte)))).report.samples).toBe(5000);
    }
  });

  it('takes a path as it takes a stream', async () => {
    const input = join(await temporaryFolder(), 'heart');
    await writeFile(input, container('CAF by ffmpeg, 1 channel'));
    expect((await toWav(input)).report.samples).toBe(801);
  });
});
