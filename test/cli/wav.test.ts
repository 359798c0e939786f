import { createHash } from 'node:crypto';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stethoAnswer, temporaryFolder } from '../support/answers.ts';
import { runCli, startCli } from '../support/cli.ts';

type Case = {
  readonly samplingFrequency: number;
  readonly channels: number;
  readonly frames: number;
  /** Of the file ffmpeg makes of the codes. */
  readonly sha256: string;
  /** What ffmpeg and sox put before and behind the codes in WAV files of A-law. */
  readonly alaw: Readonly<Record<string, readonly [before: string, behind: string]>>;
};

// Made by ffmpeg and sox: see samples/oracle/README.md.
const CASES = (
  JSON.parse(await readFile(new URL('../../samples/oracle/g711/wav.json', import.meta.url), 'utf8')) as Case[]
).filter(({ frames }) => frames > 0);
const STEREO = CASES.find(({ channels }) => channels === 2)!;

const codesOf = ({ frames, channels }: Case): Buffer =>
  Buffer.from(Uint8Array.from({ length: frames * channels }, (_, i) => (i * 37 + 11) % 256));
const alawWav = (from: Case, who: string): Buffer => {
  const [before, behind] = from.alaw[who]!;
  return Buffer.concat([Buffer.from(before, 'hex'), codesOf(from), Buffer.from(behind, 'hex')]);
};
const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('withings-signals wav', () => {
  for (const example of CASES) {
    const { frames, channels, samplingFrequency } = example;
    const options = ['--rate', String(samplingFrequency), '--channels', String(channels)];
    it(`makes of ${frames} bare frames of ${channels} channels the file that ffmpeg makes`, async () => {
      const folder = await temporaryFolder();
      const [input, out] = [join(folder, 'x.al'), join(folder, 'x.wav')];
      await writeFile(input, codesOf(example));
      const { code, stdout, stderr } = await runCli(['wav', input, '--out', out, ...options, '--json']);
      expect([code, stderr]).toEqual([0, '']);
      const bytes = 44 + 2 * frames * channels;
      expect(JSON.parse(stdout)).toEqual({ out, samplingFrequency, channels, samples: frames, bytes });
      expect(await sha256(out)).toBe(example.sha256);
      expect((await readdir(folder)).sort()).toEqual(['x.al', 'x.wav']);
    });
  }

  for (const example of CASES.filter(({ frames }) => frames > 1)) {
    for (const who of ['ffmpeg', 'sox']) {
      it(`takes rate, channels and ${example.frames} samples from a WAV file of A-law that ${who} made`, async () => {
        const folder = await temporaryFolder();
        const [input, out] = [join(folder, 'in.wav'), join(folder, 'out.wav')];
        await writeFile(input, alawWav(example, who));
        const { code, stderr } = await runCli(['wav', input, '--out', out]);
        expect([code, stderr]).toEqual([0, '']);
        expect(await sha256(out)).toBe(example.sha256);
      });
    }
  }

  for (const who of ['ffmpeg to a pipe', 'sox to a pipe']) {
    it(`reads standard input to its end where the length is not known: ${who}`, async () => {
      const out = join(await temporaryFolder(), 'out.wav');
      expect(await pipeInto(alawWav(STEREO, who), ['wav', '-', '--out', out])).toBe(0);
      expect(await sha256(out)).toBe(STEREO.sha256);
    });
  }

  it('decodes a saved stethoscope answer, and bytes that look like another file when told to', async () => {
    const folder = await temporaryFolder();
    const [input, out] = [join(folder, 'x'), join(folder, 'out.wav')];
    await writeFile(input, JSON.stringify(stethoAnswer()));
    expect(await runCli(['wav', input, '--out', out])).toMatchObject({ code: 0, stderr: '' });
    expect((await readFile(out)).length).toBe(44 + 2048);
    await writeFile(input, 'fLaC');
    expect(await runCli(['wav', input, '--out', out, '--raw'])).toMatchObject({ code: 0, stderr: '' });
    expect((await readFile(out)).length).toBe(44 + 8);
  });

  it('takes a header that comes in pieces', async () => {
    const out = join(await temporaryFolder(), 'out.wav');
    const bytes = alawWav(STEREO, 'sox');
    expect(await pipeInto(bytes, ['wav', '-', '--out', out], [3, 20, 57, 60])).toBe(0);
    expect(await sha256(out)).toBe(STEREO.sha256);
  });

  it('decodes more than fits its buffers, in order', async () => {
    const folder = await temporaryFolder();
    const [input, out] = [join(folder, 'long.al'), join(folder, 'long.wav')];
    const codes = new Uint8Array(20_000_001);
    for (let i = 0; i < codes.length; i++) codes[i] = i * 37 + (i >>> 20);
    await writeFile(input, codes);
    expect((await runCli(['wav', input, '--out', out])).code).toBe(0);
    const oracle = new URL('../../samples/oracle/g711/alaw.json', import.meta.url);
    const { decode } = JSON.parse(await readFile(oracle, 'utf8')) as { decode: number[] };
    const expected = new Int16Array(codes.length);
    for (let i = 0; i < codes.length; i++) expected[i] = decode[codes[i]!]!;
    const data = (await readFile(out)).subarray(44);
    expect(data.equals(Buffer.from(expected.buffer))).toBe(true);
  });
});

const SOX = alawWav(STEREO, 'sox');
const patched = (at: number, value: number): Buffer => {
  const bytes = Buffer.from(SOX);
  bytes.writeUInt16LE(value, at);
  return bytes;
};

/** Content, options, and what the one line must say. */
const BAD: Readonly<Record<string, readonly [content: Uint8Array, options: readonly string[], says: RegExp]>> = {
  'an error answer of the API': [Buffer.from('{"status":401,"body":{},"error":"invalid token"}'), [], /401/],
  'a FLAC file': [Buffer.from('fLaC\0\0\0\x22'), [], /got a FLAC file, expected A-law/],
  'an empty file': [Buffer.alloc(0), [], /no samples/],
  'half a frame': [Buffer.alloc(7), ['--channels', '2'], /7 samples, expected a multiple of the 2 channels/],
  'a WAV file of linear PCM': [patched(20, 1), [], /format 1 with 8 bits, expected format 6/],
  'a WAV file of no channels': [patched(22, 0), [], /0 channels, expected 1/],
  'a WAV file of 0 Hz': [patched(24, 0), [], /0 Hz/],
  'a WAV file that was cut': [SOX.subarray(0, -100), [], /ends 100 bytes before/],
  'a WAV file cut in its header': [SOX.subarray(0, 30), [], /format is cut short/],
  'a WAV file without a format': [Buffer.concat([SOX.subarray(0, 12), SOX.subarray(50)]), [], /before their format/],
  'another rate than the header tells': [SOX, ['--rate', '4000'], /samplingFrequency 8000, got 4000/],
};

describe('wav refuses in one line, and leaves the file that was there', () => {
  for (const [what, [content, options, says]] of Object.entries(BAD)) {
    it(`given ${what}`, async () => {
      const folder = await temporaryFolder();
      const [input, out] = [join(folder, 'in'), join(folder, 'out.wav')];
      await writeFile(input, content);
      await writeFile(out, 'mine');
      const { code, stdout, stderr } = await runCli(['wav', input, '--out', out, ...options]);
      expect(stderr).toMatch(/^withings-signals: [^\n]+\n$/);
      expect(stderr).toMatch(says);
      expect([code, stdout]).toEqual([1, '']);
      expect(await readFile(out, 'utf8')).toBe('mine');
      expect((await readdir(folder)).sort()).toEqual(['in', 'out.wav']);
    });
  }

  it('given its own input for the output, by whatever name', async () => {
    const folder = await temporaryFolder();
    const input = join(folder, 'heart.wav');
    await writeFile(input, SOX);
    await symlink('heart.wav', join(folder, 'link.wav'));
    for (const out of ['heart.wav', './heart.wav', 'link.wav']) {
      const { code, stderr } = await runCli(['wav', 'heart.wav', '--out', out], { cwd: folder });
      expect([code, stderr]).toEqual([
        1,
        `withings-signals: out: got "${out}", which is the input; give another file\n`,
      ]);
    }
    expect(SOX.equals(await readFile(input))).toBe(true);
  });

  it('given an input that is not there, a folder, and a folder for the output that is not there', async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'out.wav');
    const missing = await runCli(['wav', join(folder, 'nowhere'), '--out', out]);
    expect(missing.stderr).toMatch(/^withings-signals: ".*nowhere": cannot be read: ENOENT: [^\n]+\n$/);
    const directory = await runCli(['wav', folder, '--out', out]);
    expect(directory.stderr).toMatch(/^withings-signals: [^\n]*cannot be read: got a folder, expected a file\n$/);
    const nowhere = await runCli(['wav', '-', '--out', join(folder, 'nowhere/out.wav')], { stdin: 'U' });
    expect(nowhere.stderr).toMatch(/^withings-signals: out: got [^\n]+ENOENT[^\n]+\n$/);
    expect([missing.code, directory.code, nowhere.code]).toEqual([1, 1, 1]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform !== 'win32')('given a full disk', async () => {
    const folder = await temporaryFolder();
    const [input, out] = [join(folder, 'x.al'), join(folder, 'x.wav')];
    await writeFile(input, new Uint8Array(5_000_000));
    const { code, stderr } = await runCli(['wav', input, '--out', out], { fileBlocks: 4096 });
    expect(stderr).toMatch(/^withings-signals: cannot write [^\n]+EFBIG[^\n]+\n$/);
    expect(code).toBe(1);
    expect(await readdir(folder)).toEqual(['x.al']);
  });

  it.runIf(process.platform !== 'win32')('given an interruption', async () => {
    const folder = await temporaryFolder();
    const child = startCli(['wav', '-', '--out', join(folder, 'x.wav')]);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    // It leaves before it has read all.
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => expect(error.code).toBe('EPIPE'));
    child.stdin?.write(new Uint8Array(1_000_000));
    while ((await readdir(folder)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    expect(stderr).toBe('withings-signals: interrupted; nothing was changed\n');
    expect(await readdir(folder)).toEqual([]);
  });
});

/** Exit code; `cuts`: where what is written pauses. */
async function pipeInto(bytes: Buffer, args: readonly string[], cuts: readonly number[] = []): Promise<number | null> {
  const child = startCli(args);
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  let from = 0;
  for (const to of cuts) {
    child.stdin?.write(bytes.subarray(from, to));
    await new Promise((resolve) => setTimeout(resolve, 20));
    from = to;
  }
  child.stdin?.end(bytes.subarray(from));
  return closed;
}
