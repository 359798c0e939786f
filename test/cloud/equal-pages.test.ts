import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  convert,
  type FetchReport,
  fetchArchive,
  listPages,
  openArchive,
  openSession,
  type PageToKeep,
  verifyArchive,
} from 'withings-signals';
import { DEVICE, readDataset, temporaryFolder, wave } from '../support/answers.ts';
import { CLIENT_ID, CLIENT_SECRET } from '../support/api-client.ts';
import { type ApiServer, startApiServer } from '../support/api-server.ts';

const SPAN = { from: 1_594_080_000, to: 1_594_170_000 };
const OTHER_WATCH = DEVICE.replaceAll('0', '9');

/** Answers to each question, the same to the byte whichever recording, watch or user is asked about. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/v2/user getdevice': {
    devices: [DEVICE, OTHER_WATCH].map((id) => ({ hash_deviceid: id, model_id: 93, type: 'Activity Tracker' })),
  },
  '/v2/heart list': { series: [48, 49].map((id) => entry(id, { ecg: { signalid: id } })) },
  '/v2/heart get': { signal: wave(600), sampling_frequency: 300, wearposition: 1, model: 93 },
  '/v2/stetho list': { series: [77, 78].map((id) => entry(id, { signalid: id })) },
  '/v2/stetho get': {
    signal: Array.from({ length: 256 }, (_, i) => i),
    frequency: 4000,
    model: 44,
    vhd: 0,
    position: 15,
  },
  '/v2/rawdata get': { rawdata: [], more: false, offset: 0 },
};

describe('two answers that are equal to the byte', () => {
  it('are two recordings, in the archive and in the data set, for ECG and stethoscope and for each user', async () => {
    const { archive, fetch, asked } = await openCase();
    const report = await fetch(['363', '364']);
    expect(report.newPages).toBe(report.pages);
    const { pages, damaged } = await listPages(archive);
    expect(damaged).toEqual([]);
    expect(
      pages.flatMap(({ userId, kind, about }) =>
        about.signalId === null ? [] : `${userId} ${kind} ${about.signalId}`,
      ),
    ).toEqual(
      ['ecg', 'stetho'].flatMap((kind) =>
        ['363', '364'].flatMap((user) => (kind === 'ecg' ? [48, 49] : [77, 78]).map((id) => `${user} ${kind} ${id}`)),
      ),
    );
    expect(pages.every(({ newest }) => newest)).toBe(true);
    expect(new Set(pages.map(({ name }) => name)).size).toBe(pages.length);
    // Stored once: ECG, stethoscope, raw data, and the lists and devices that name them.
    expect(await verifyArchive(archive)).toMatchObject({ problems: [], contents: Object.keys(ANSWERS).length });

    expect(await recordingsOf(archive)).toEqual(
      ['ecg 48', 'ecg 49', 'stetho 77', 'stetho 78'].flatMap((one) => [`363 ${one}`, `364 ${one}`]).toSorted(),
    );
    const before = asked.length;
    expect((await fetch(['363', '364'])).newPages).toBe(0);
    expect(asked.slice(before).filter(({ form }) => form.get('action') === 'get')).toEqual([]);
  });

  it('are a window of each of two watches', async () => {
    const { archive, fetch } = await openCase();
    await fetch(['363']);
    const windows = (await listPages(archive)).pages.filter(({ kind }) => kind === 'ppg');
    const told = windows.map(
      ({ request: { parameters } }) => `${parameters['startdate']} ${parameters['hash_deviceid']}`,
    );
    expect(new Set(told).size).toBe(told.length);
    expect(told.filter((window) => window.endsWith(OTHER_WATCH))).toHaveLength(told.length / 2);
  });

  it('of which an older version kept one only are asked for again, and both are then the same as from the start', async () => {
    const fresh = await openCase();
    await fresh.fetch(['363']);
    const old = await openCase();
    await old.fetch(['363']);
    const lame = join(old.folder, 'lame');
    await keepAsOnce(old.archive, lame);
    expect(await recordingsOf(lame)).toEqual(['363 ecg 48', '363 stetho 77']);

    const before = old.asked.length;
    await old.fetch(['363'], lame);
    const signals = old.asked.slice(before).flatMap(({ form }) => form.get('signalid') ?? []);
    expect(signals.toSorted()).toEqual(['49', '78']);
    expect(await recordingsOf(lame)).toEqual(await recordingsOf(fresh.archive));

    const after = old.asked.length;
    await old.fetch(['363'], lame);
    expect(old.asked.slice(after).filter(({ form }) => form.has('signalid'))).toEqual([]);
  });
});

type Case = {
  readonly folder: string;
  readonly archive: string;
  readonly asked: ApiServer['asked'];
  readonly fetch: (users: readonly string[], archive?: string) => Promise<FetchReport>;
};

async function openCase(): Promise<Case> {
  const folder = await temporaryFolder();
  const server = await startApiServer(({ path, form }) => ({
    status: 0,
    body: ANSWERS[`${path} ${form.get('action')}`],
  }));
  const session = await openSession({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    apiUrl: server.url,
    home: join(folder, 'home'),
    requestsPerMinute: Number.POSITIVE_INFINITY,
    secondsBetweenIdentical: 0,
  });
  onTestFinished(async () => {
    await session.close();
    await server.close();
  });
  const obtainedAt = Math.floor(Date.now() / 1000);
  for (const userId of ['363', '364']) {
    const tokens = { accessToken: `access of ${userId}`, refreshToken: `refresh of ${userId}` };
    await session.tokens.adopt({ userId, ...tokens, expiresAt: obtainedAt + 10_800, scopes: [], obtainedAt });
  }
  const archive = join(folder, 'archive');
  return {
    folder,
    archive,
    asked: server.asked,
    fetch: (users, into = archive) => fetchArchive({ session, archive: into, users, ...SPAN }),
  };
}

function entry(id: number, more: object): object {
  return {
    timestamp: 1_594_159_644 + id,
    modified: 1_594_160_000,
    deviceid: DEVICE,
    timezone: 'Europe/Paris',
    ...more,
  };
}

/** As versions before this one kept it: of equal contents of a user and kind the first page, and of the others the note. */
async function keepAsOnce(from: string, to: string): Promise<void> {
  const [ecg, stetho] = ['ecg', 'stetho'].map((wanted) => ({ wanted, done: false }));
  const archive = await openArchive(to);
  for (const { userId, kind, request, about, receivedAt } of (await listPages(from)).pages) {
    const mark = [ecg, stetho].find((one) => one?.wanted === kind);
    if (mark === undefined || about.signalId === null) continue;
    const payload = Buffer.from(
      JSON.stringify({ status: 0, body: ANSWERS[`/v2/${kind === 'ecg' ? 'heart' : 'stetho'} get`] }),
    );
    const page: PageToKeep = { userId, kind, request, about, receivedAt, payload, encoding: 'identity' };
    const note = { what: 'recording', signalId: about.signalId, modified: 1_594_160_000, state: 'held' } as const;
    await archive.append(mark.done ? null : page, { userId, kind, ...note });
    mark.done = true;
  }
  await archive.close();
}

/** User, kind and signal of each recording that the archive converts to. */
async function recordingsOf(archive: string): Promise<readonly string[]> {
  const out = await temporaryFolder();
  await convert({ inputs: [archive], out, workers: 0 });
  const found: string[] = [];
  for (const path of Object.keys(await readDataset(out))) {
    const [kind, user] = path.split('/');
    if (!path.endsWith('.arrow') || (kind !== 'ecg' && kind !== 'stetho')) continue;
    const table = tableFromIPC(new Uint8Array(await readFile(join(out, path))), { useBigInt: true });
    for (const id of table.getChild('signal_id').toArray()) found.push(`${user?.replace('user=', '')} ${kind} ${id}`);
  }
  return found.toSorted();
}
