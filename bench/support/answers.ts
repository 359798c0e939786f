import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { simulate } from '../../src/simulator/simulate.ts';

/** Simulated answers of one user on the disk. */
export type AnswerFolder = {
  readonly folder: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly remove: () => Promise<void>;
};

/** @param hours of raw data: 9 MB each. */
export async function writeAnswers(hours: number): Promise<AnswerFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'withings-signals-bench-'));
  const files: string[] = [];
  let bytes = 0;
  for (const { path, text } of simulate({ users: 1, days: 1, hours, seed: 1 })) {
    const file = join(folder, 'answers', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    files.push(file);
    bytes += Buffer.byteLength(text);
  }
  return { folder, files, bytes, remove: () => rm(folder, { recursive: true, force: true }) };
}

type RawdataBody = { readonly rawdata?: readonly { readonly data: unknown }[]; readonly signal?: unknown };

/** The usual way: the whole text to objects, then their number arrays to typed ones. Gives the number of samples. */
export function parseAndCopy(text: string): number {
  const answer = JSON.parse(text) as {
    readonly response?: { readonly body?: RawdataBody };
    readonly body?: RawdataBody;
  };
  const body = answer.response?.body ?? answer.body;
  let samples = copyNumbers(body?.signal);
  for (const { data } of body?.rawdata ?? []) {
    const columns = typeof data === 'string' ? (data === '' ? {} : (JSON.parse(data) as object)) : (data as object);
    for (const column of Object.values(columns)) samples += copyNumbers(column);
  }
  return samples;
}

function copyNumbers(values: unknown): number {
  return Array.isArray(values) ? Int32Array.from(values as number[]).length : 0;
}

export async function parseAndCopyFiles(files: readonly string[]): Promise<number> {
  let samples = 0;
  for (const file of files) samples += parseAndCopy(await readFile(file, 'utf8'));
  return samples;
}
