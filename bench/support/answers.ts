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

/** Raw data of some hours of one day as one answer: 6 MB of PPG an hour, or 2.8 MB of acceleration. */
export function rawdataDocument(kind: 'ppg' | 'accel', hours: number): string {
  const pages = [...simulate({ users: 1, days: 1, hours, seed: 1 })]
    .filter(({ path }) => path.includes(`/${kind}-`))
    .map(({ text }) => ({ text, from: text.indexOf('[') + 1, to: text.lastIndexOf(']') }));
  const frames = pages.map(({ text, from, to }) => text.slice(from, to)).join(',');
  const { text = '', from = 0, to = 0 } = pages[0] ?? {};
  return text.slice(0, from) + frames + text.slice(to);
}

/** The same with the columns of each frame as a text of JSON: format version 1. */
export function rawdataDocumentOfTexts(kind: 'ppg' | 'accel', hours: number): string {
  type Frame = { data: unknown };
  const answer = JSON.parse(rawdataDocument(kind, hours)) as { response: { body: { rawdata: Frame[] } } };
  for (const frame of answer.response.body.rawdata) {
    if (typeof frame.data !== 'string') frame.data = JSON.stringify(frame.data);
  }
  return JSON.stringify(answer);
}

/** The first recording that has its samples as an array: 32 kB of ECG (30 s), or 281 kB of stethoscope (20 s). */
export function recordingDocument(kind: 'ecg' | 'stetho'): string {
  for (const { path, text } of simulate({ users: 1, days: 1, hours: 0.01, seed: 1 })) {
    if (path.includes(`/${kind}-`) && /"signal":\[\d/.test(text)) return text;
  }
  throw new Error(`bench: the simulator made no ${kind}`);
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
  if (!Array.isArray(values)) return 0;
  const copy = new Int32Array(values.length);
  for (let i = 0; i < copy.length; i++) copy[i] = values[i] as number;
  return copy.length;
}

export async function parseAndCopyFiles(files: readonly string[]): Promise<number> {
  let samples = 0;
  for (const file of files) samples += parseAndCopy(await readFile(file, 'utf8'));
  return samples;
}
