/** Withings answers made in the test, and folders to keep them in. */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';

/** Of a test's context where tests run side by side: Vitest cannot tell whose the global one is then. */
export type OnFinished = (end: () => void | Promise<void>) => void;

/** A folder of its own, gone when the test has ended. */
export async function temporaryFolder(onFinished: OnFinished = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'withings-signals-test-'));
  onFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by relative name; objects become JSON. */
export async function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(path, raw ? content : JSON.stringify(content));
  }
}

/** Every file below a folder by relative name, the manifest without its run section. */
export async function readDataset(folder: string): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const name = relative(folder, path);
    files[name] = name === 'manifest.json' ? withoutRun(bytes.toString()) : bytes.toString('base64');
  }
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutRun(text: string): string {
  const { run: _, ...content } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(content);
}

export type EcgOptions = {
  readonly signalid?: number;
  readonly userid?: number;
  readonly timestamp?: number;
  readonly deviceid?: string;
  readonly signal?: unknown;
  readonly body?: Readonly<Record<string, unknown>>;
};

/** A heart get answer in its wrapper. */
export function ecgAnswer({ signal = wave(1000), body = {}, ...wrapper }: EcgOptions = {}): Record<string, unknown> {
  const about = { signalid: 48, userid: 363, timestamp: 1_594_159_644, timezone: 'Europe/Paris', ...wrapper };
  return {
    kind: 'ecg',
    ...about,
    response: { status: 0, body: { signal, sampling_frequency: 300, wearposition: 1, model: 93, ...body } },
  };
}

/** A whole-numbered signal with something at every frequency: a chirp of 500 µV. */
export function wave(samples: number, seed = 1): number[] {
  return Array.from({ length: samples }, (_, i) => Math.round(500 * Math.sin(0.01 * seed + i * 0.02 + i * i * 1e-5)));
}

/** A stetho get answer in its wrapper; the default is a ramp through all A-law codes. */
export function stethoAnswer(options: EcgOptions = {}): Record<string, unknown> {
  const { signal = Array.from({ length: 1024 }, (_, i) => i % 256), body = {}, ...wrapper } = options;
  return {
    kind: 'stetho',
    signalid: 77,
    userid: 363,
    timestamp: 1_594_159_700,
    timezone: 'Europe/Paris',
    ...wrapper,
    response: { status: 0, body: { signal, frequency: 4000, model: 44, vhd: 0, position: 15, ...body } },
  };
}

export const DEVICE = '00d27f2d3b8d778ac56a831663ebec528085faa0';

/** A frame of the accelerometer: `rows` samples from `id` on, about 25 a second from `start` (Unix s) on. */
export function accelFrame(id: number, rows: number, start: number): Record<string, unknown> {
  const at = Array.from({ length: rows }, (_, i) => i);
  const data = {
    acc_x: at.map((i) => (id + i) % 500),
    acc_y: at.map((i) => -((id + i) % 300)),
    acc_z: at.map(() => 500),
    id: at.map((i) => id + i),
    timestamp: at.map((i) => Math.floor(start + i / 25.1)),
  };
  const [first, last] = [data.timestamp[0], data.timestamp.at(-1)];
  return {
    data,
    hash_deviceid: DEVICE,
    type: 1,
    format_version: 2,
    firmware_version: 2561,
    sensor_name: 'ADXL362_RAW',
    startdate: first,
    enddate: last,
  };
}

export function rawdataAnswer(
  kind: 'ppg' | 'accel',
  frames: readonly unknown[],
  userid = 363,
): Record<string, unknown> {
  return {
    kind,
    userid,
    timezone: 'Europe/Paris',
    response: { status: 0, body: { rawdata: frames, more: false, offset: 0 } },
  };
}
