/** Inputs of whole-process comparisons: simulated answers on the disk, made when first asked for, once a run. */

import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type SimulationOptions, simulate } from '../../src/simulator/simulate.ts';
import { randomBytes } from './inputs.ts';

/** Files in one folder, without folders in it. */
export type DiskInput = { readonly folder: string; readonly bytes: number };

/** Raw data of both kinds. */
const DAY_MEGABYTES = 221;

let keep = false;
let root: string | undefined;

/** @param options.keep the folder of inputs outlives this process, and serves the next that keeps */
export function useInputs(options: { readonly keep: boolean }): void {
  keep = options.keep;
}

/** A folder for inputs and outputs; gone when this process ends, unless inputs are kept. */
export function inputsRoot(): string {
  if (root === undefined) {
    const path = keep
      ? join(tmpdir(), 'withings-signals-bench-inputs')
      : mkdtempSync(join(tmpdir(), 'withings-signals-bench-'));
    mkdirSync(path, { recursive: true });
    if (!keep) process.once('exit', () => rmSync(path, { recursive: true, force: true }));
    root = path;
  }
  return root;
}

/** The PPG answers of one user: about 150 MB a day in 17 files. */
export function ppgDays(days: number): DiskInput {
  return made(`ppg-${days}-days`, () => filesOf({ users: 1, days, hours: 24, seed: 1 }, /\/ppg-/));
}

/** PPG and accelerometer answers of one user: days of about 220 MB, cut to the size. */
export function rawdata(megabytes: number): DiskInput {
  return made(`raw-${megabytes}-MB`, () => rawdataAnswers(megabytes));
}

/** The same frames in one answer. */
export function rawdataDocument(megabytes: number): DiskInput {
  return made(`document-${megabytes}-MB`, function* () {
    const path = 'document.json';
    let before = '{"userid":1001,"timezone":"Europe/Paris","response":{"status":0,"body":{"rawdata":[';
    for (const { text } of rawdataAnswers(megabytes)) {
      const frames = text.slice(text.indexOf('[') + 1, text.lastIndexOf(']'));
      yield { path, text: `${before}${frames}` };
      before = ',';
    }
    yield { path, text: ']}}}' };
  });
}

function rawdataAnswers(megabytes: number): Iterable<{ readonly path: string; readonly text: string }> {
  const days = Math.ceil(megabytes / DAY_MEGABYTES);
  const hours = (24 * megabytes) / DAY_MEGABYTES / days;
  return filesOf({ users: 1, days, hours, seed: 1 }, /\/(?:ppg|accel)-/);
}

/** ECG answers of four users, 33 kB each: 240 simulated recordings in turn, each time under another id and time. */
export function ecgAnswers(count: number): DiskInput {
  return made(`ecg-${count}`, function* () {
    const originals = [...filesOf({ users: 4, days: 20, hours: 0.01, seed: 1 }, /\/ecg-/)]
      .map(({ text }) => JSON.parse(text) as EcgAnswer)
      .filter(({ response }) => response.body.signal.length > 0);
    for (let i = 0; i < count; i++) {
      const original = originals[i % originals.length] as EcgAnswer;
      const answer = { ...original, signalid: 1_000_000 + i, timestamp: original.timestamp + i };
      yield { path: `ecg-${i}.json`, text: JSON.stringify(answer) };
    }
  });
}

type EcgAnswer = {
  readonly timestamp: number;
  readonly response: { readonly body: { readonly signal: string | readonly number[] } };
};

/** A file, or what follows in it. */
type File = { readonly path: string; readonly text: string | Uint8Array };

function* filesOf(
  options: SimulationOptions,
  kind: RegExp,
): Generator<{ readonly path: string; readonly text: string }> {
  for (const file of simulate(options)) if (kind.test(file.path)) yield file;
}

const piece = new Uint8Array(1 << 20);

/**
 * Reads a file, or all in a folder, so that whoever reads it next finds it in the page cache. To be called before each
 * timed run: some virtual machines empty the cache within seconds.
 */
export function intoPageCache(path: string): void {
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  for (const file of files) {
    const descriptor = openSync(file, 'r');
    while (readSync(descriptor, piece) > 0);
    closeSync(descriptor);
  }
}

/** Path of an answer as a file. */
export function answerOnDisk(name: string, bytes: Uint8Array): string {
  const { folder } = made(`answer-${name}`, () => [{ path: `${name}.json`, text: bytes }]);
  return join(folder, `${name}.json`);
}

/** Path of a file of seeded noise, the same MiB again and again. */
export function noiseFile(name: string, bytes: number): string {
  const { folder } = made(`noise-${bytes}`, () => [{ path: name, text: Buffer.alloc(bytes, randomBytes(2 ** 20)) }]);
  return join(folder, name);
}

/** A folder is there whole or not at all: an interrupted run leaves none that the next would take. */
function made(name: string, files: () => Iterable<File>): DiskInput {
  const folder = join(inputsRoot(), name);
  if (!existsSync(folder)) {
    const draft = `${folder}.draft-${process.pid}`;
    mkdirSync(draft);
    for (const { path, text } of files()) appendFileSync(join(draft, basename(path)), text);
    renameSync(draft, folder);
  }
  const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
  return { folder, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
