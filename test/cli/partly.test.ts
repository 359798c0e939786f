import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ecgAnswer, temporaryFolder, writeFiles } from '../support/answers.ts';
import { type CliResult, runCli } from '../support/cli.ts';

/** Answers one a line; `null`: a line that is no answer. */
const lines = (ids: readonly (number | null)[]): string =>
  ids.map((id) => (id === null ? 'no answer at all' : JSON.stringify(ecgAnswer({ signalid: id })))).join('\n');

const hundred = Array.from({ length: 100 }, (_, i) => (i === 57 ? null : i + 1));

type Report = {
  readonly inputs: Readonly<Record<string, number>>;
  readonly rejected: readonly { readonly name: string }[];
  readonly pending: readonly string[];
  readonly summary: { readonly ecg?: { readonly recordings: number } };
};

/** Alone, and in both forms of output. */
async function convert(name: string, content: unknown, flags: readonly string[] = []): Promise<CliResult[]> {
  const folder = await temporaryFolder();
  await writeFiles(folder, { [name]: content });
  const run = (out: string, ...more: string[]) =>
    runCli(['convert', join(folder, name), '--out', join(folder, out), '--base', folder, ...flags, ...more]);
  const [json, text] = [await run('a', '--json'), await run('b')];
  return [json, text, await runCli(['inspect', join(folder, 'a')])];
}

describe('an input of which some is no answer', () => {
  it.each([
    ['lines.ndjson', lines(hundred)],
    ['lines.json', lines(hundred)],
    ['lines.jsonl.gz', gzipSync(lines(hundred))],
  ])('%s is converted in part: exit code 3, 99 recordings, the line named', async (name, content) => {
    const [json, text, inspected] = await convert(name, content, ['--workers', '1']);
    expect([json?.code, text?.code]).toEqual([3, 3]);
    const report = JSON.parse(json?.stdout ?? '') as Report;
    expect(report.inputs).toEqual({ ok: 0, partly: 1, pending: 0, rejected: 0, unchanged: 0 });
    expect(report.rejected.map((entry) => entry.name)).toEqual([`${name}, document 58`]);
    expect(report.summary.ecg?.recordings).toBe(99);
    expect(text?.stdout).toMatch(/: 1 input converted \(1 of them in part\), 0 pending, 0 rejected; [^]*99 recordings/);
    expect(inspected?.stdout).toContain('1 input converted (1 of them in part), 0 pending, 0 rejected');
  });

  it('is rejected where no document of it could be taken: exit code 1', async () => {
    const [json, text] = await convert('in.ndjson', lines([null, null]));
    expect([json?.code, text?.code]).toEqual([1, 1]);
    const report = JSON.parse(json?.stdout ?? '') as Report;
    expect(report.inputs).toEqual({ ok: 0, partly: 0, pending: 0, rejected: 1, unchanged: 0 });
    expect(text?.stdout).toContain('0 inputs converted, 0 pending, 1 rejected');
  });

  it('is told to be pending, too, where another document of it waits for its signal', async () => {
    const waiting = JSON.stringify(ecgAnswer({ signalid: 7, signal: [] }));
    const [json] = await convert('in.ndjson', `${lines([1, null])}\n${waiting}\n`);
    const report = JSON.parse(json?.stdout ?? '') as Report;
    expect(json?.code).toBe(3);
    expect(report.inputs).toEqual({ ok: 0, partly: 1, pending: 0, rejected: 0, unchanged: 0 });
    expect(report.pending).toEqual(['in.ndjson']);
  });

  it('leaves the list of the manifest when it has been mended', async () => {
    const folder = await temporaryFolder();
    const [input, out] = [join(folder, 'in.ndjson'), join(folder, 'out')];
    const statuses = async () => {
      const { stdout } = await runCli(['inspect', out, '--json']);
      return (JSON.parse(stdout) as { inputs: unknown }).inputs;
    };
    await writeFiles(folder, { 'in.ndjson': lines([1, null]) });
    await runCli(['convert', input, '--out', out]);
    expect(await statuses()).toEqual({ ok: 0, partly: 1, pending: 0, rejected: 0 });
    await writeFiles(folder, { 'in.ndjson': lines([1, 2]) });
    expect((await runCli(['convert', input, '--out', out])).code).toBe(0);
    expect(await statuses()).toEqual({ ok: 1, partly: 0, pending: 0, rejected: 0 });
  });
});
