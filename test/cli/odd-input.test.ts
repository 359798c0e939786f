import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { convert, openArchive } from 'withings-signals';
import {
  accelFrame,
  ecgAnswer,
  rawdataAnswer,
  readDataset,
  stethoAnswer,
  temporaryFolder,
  writeFiles,
} from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

type Report = {
  readonly inputs: Readonly<Record<string, number>>;
  readonly rejected: readonly { readonly name: string; readonly reason: string }[];
  readonly notices: readonly string[];
  readonly summary: Readonly<Record<string, { readonly recordings: number; readonly samples: number } | undefined>>;
};

type Manifest = {
  readonly inputs: readonly {
    readonly status: string;
    readonly reason?: string;
    readonly rejections?: readonly string[];
    readonly notices?: readonly string[];
  }[];
};

async function manifestOf(out: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as Manifest;
}

/** Five frames of a minute; the fourth has a null where a count should be. */
function pageWithBadFrame(): Record<string, unknown> {
  const frames = Array.from({ length: 5 }, (_, i) => accelFrame(1 + i * 1500, 1500, 1_709_500_000 + i * 60));
  const { data } = frames[3] as { data: { acc_y: (number | null)[] } };
  data.acc_y[7] = null;
  return rawdataAnswer('accel', frames);
}

describe('one bad frame of five', () => {
  const place = 'response.body.rawdata[3].data.acc_y[7]: got null, expected a number; the rest of the list is kept';

  it.each([
    ['page.json', (page: string) => page],
    ['page.json.gz', gzipSync],
    ['pages.ndjson', (page: string) => `${page}\n`],
  ])('costs that frame, which is named, in %s: exit code 3', async (name, packed) => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { [name]: packed(JSON.stringify(pageWithBadFrame())) });
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await runCli(['convert', name, '--out', out, '--json'], { cwd: folder });
    expect(code).toBe(3);
    const report = JSON.parse(stdout) as Report;
    expect(report.inputs).toMatchObject({ ok: 0, partly: 1, rejected: 0 });
    expect(report.summary['accel']?.samples).toBe(4 * 1500);
    expect(report.rejected).toEqual([{ name, input: name, reason: place }]);
    expect(stderr).toBe(`rejected ${name}: ${place}\n`);
    expect((await manifestOf(out)).inputs).toEqual([expect.objectContaining({ status: 'partly', reason: place })]);
  });

  it('costs that frame in a page of an archive', async () => {
    const folder = await temporaryFolder();
    const archive = await openArchive(join(folder, 'archive'));
    const { response } = pageWithBadFrame();
    const page = {
      userId: '363',
      kind: 'accel',
      request: { endpoint: 'rawdata get', parameters: {} },
      receivedAt: 1_709_600_000_000,
      about: { signalId: null, recordedAt: null, deviceId: null, timezone: null },
      payload: Buffer.from(JSON.stringify(response)),
      encoding: 'identity',
    } as const;
    await archive.append(page, null);
    await archive.close();
    const report = await convert({ inputs: [join(folder, 'archive')], out: join(folder, 'out'), workers: 0 });
    expect(report.inputs).toMatchObject({ partly: 1, rejected: 0 });
    expect(report.summary.accel?.samples).toBe(4 * 1500);
    expect(report.rejected.map(({ reason }) => reason)).toEqual([place.replace('response.', '')]);
  });

  it('gives the rows that its other frames give alone', async () => {
    const folder = await temporaryFolder();
    const page = pageWithBadFrame() as { response: { body: { rawdata: unknown[] } } };
    const good = structuredClone(page);
    good.response.body.rawdata.splice(3, 1);
    await writeFiles(folder, { 'bad/a.json': page, 'good/a.json': good });
    const parts = [];
    for (const name of ['bad', 'good']) {
      const out = join(folder, `${name}-out`);
      await convert({ inputs: [join(folder, name, 'a.json')], out, workers: name === 'bad' ? 2 : 0 });
      const files = await readDataset(out);
      parts.push(Object.entries(files).filter(([path]) => path.endsWith('.arrow')));
    }
    expect(parts[0]).toEqual(parts[1]);
    expect(parts[0]).toHaveLength(1);
  });
});

it('a counter that is always 0 costs its frame, and is told in one line', async () => {
  const folder = await temporaryFolder();
  const frame = accelFrame(1, 1500, 1_709_500_000);
  const { data } = frame as { data: { id: number[] } };
  data.id.fill(0);
  await writeFiles(folder, { 'zero.json': rawdataAnswer('accel', [frame]) });
  const { code, stderr } = await runCli(['convert', 'zero.json', '--quiet'], { cwd: folder });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^rejected zero\.json: response\.body\.rawdata\[0\]\.data\.id\[1\]: got 0 in second 1709500000 again, .* expected a counter of samples\n$/,
  );
});

it('a counter that is always 0 costs its frame though the watch lay still, and a frame delivered twice costs nothing', async () => {
  const folder = await temporaryFolder();
  const atRest = (rows: number, id: (row: number) => number, row: (at: number) => number = (at) => at) => {
    const column = (valueOf: (at: number) => number) => Array.from({ length: rows }, (_, at) => valueOf(at));
    return {
      ...accelFrame(1, 1, 1_709_500_000),
      data: {
        id: column(id),
        timestamp: column((at) => 1_709_500_000 + Math.floor(row(at) / 25)),
        acc_x: column(() => 3),
        acc_y: column(() => -4),
        acc_z: column(() => 500),
      },
    };
  };
  const zero = atRest(500, () => 0);
  const again = (at: number) => at % 250;
  const twice = atRest(500, again, again);
  await writeFiles(folder, {
    'in.json': rawdataAnswer('accel', [zero, twice, { ...zero, data: JSON.stringify(zero.data) }]),
  });
  for (const workers of ['0', '1', '2']) {
    const { code, stdout, stderr } = await runCli(
      ['convert', 'in.json', '--out', `out-${workers}`, '--workers', workers, '--json'],
      { cwd: folder },
    );
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as Report).summary['accel']?.samples).toBe(250);
    expect(stderr.trimEnd().split('\n')).toEqual(
      [0, 2].map((frame) =>
        expect.stringMatching(
          `^rejected in\\.json: response\\.body\\.rawdata\\[${frame}\\]\\.data\\.id\\[1\\]: got 0 in second 1709500000 again as at \\[0\\], .* expected a counter of samples`,
        ),
      ),
    );
  }
});

it('an odd fact is null and named, the samples stay: exit code 0', async () => {
  const folder = await temporaryFolder();
  const facts = [{ heart_rate: '' }, { afib: false }, { wearposition: -1 }, { model: 70_000 }, { bloodpressure: 'x' }];
  const lines = facts.map((body, i) => JSON.stringify(ecgAnswer({ signalid: i + 1, body })));
  await writeFiles(folder, { 'in.ndjson': lines.join('\n') });
  const out = join(folder, 'out');
  const { code, stdout } = await runCli(['convert', join(folder, 'in.ndjson'), '--out', out, '--json']);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as Report;
  expect(report.summary['ecg']?.recordings).toBe(facts.length);
  const told = facts.map((fact, i) => `document ${i + 1}: response.body.${Object.keys(fact)[0]}: got`);
  expect(report.notices).toEqual(told.map((text) => expect.stringContaining(`in.ndjson: ${text}`) as string));
  expect((await manifestOf(out)).inputs[0]?.notices).toEqual(
    told.map((text) => expect.stringContaining(text) as string),
  );
});

/** A value of each type of JSON, and the texts and numbers that a reader may stumble over. */
const ANY_VALUES: readonly unknown[] = [
  true,
  false,
  '',
  'x',
  '-1',
  -1,
  0.5,
  1e300,
  [],
  [5],
  ['x'],
  [[]],
  {},
  { x: 1 },
  { value: 'x' },
];

/** What is not odd there: what says nothing, and what is of the fact's own kind. */
const NUMBERS = [0.5, 1e300];
const NAMES = ['', 'x', '-1'];
const TAKEN: Readonly<Record<string, readonly unknown[]>> = {
  heart_rate: NUMBERS,
  size: NUMBERS,
  duration: NUMBERS,
  timestamp: [0.5],
  modified: [0.5],
  last_session_date: [0.5],
  afib: ['-1', -1],
  vhd: ['-1', -1],
  signalid: [''],
  deviceid: NAMES,
  userid: NAMES,
  timezone: NAMES,
  model: NAMES,
  sensor_name: NAMES,
  bloodpressure: [[], {}, { x: 1 }, { value: 'x' }],
};

const entry = { timestamp: 5, deviceid: 'd', modified: 6, ecg: { signalid: 48 } };
const inWrapper = (kind: string, body: object) => ({ kind, userid: 363, response: { status: 0, body } });
const listOf = (element: object) =>
  inWrapper('heart-list', { series: [{ ...entry, ...element }], more: false, offset: 0 });

it.each<[string, readonly string[], (odd: Record<string, unknown>) => unknown]>([
  [
    'heart get',
    ['heart_rate', 'afib', 'wearposition', 'model', 'bloodpressure', 'timestamp', 'deviceid', 'timezone', 'signalid'],
    (body) => ecgAnswer({ body }),
  ],
  ['its wrapper', ['userid', 'signalid', 'timestamp', 'deviceid', 'timezone'], (odd) => ({ ...ecgAnswer(), ...odd })],
  ['stetho get', ['position', 'vhd', 'size', 'duration', 'model', 'signalid'], (body) => stethoAnswer({ body })],
  ['heart list', ['heart_rate', 'modified', 'model', 'bloodpressure', 'timestamp', 'deviceid', 'timezone'], listOf],
  ['heart list, within ecg', ['afib'], (odd) => listOf({ ecg: { signalid: 48, ...odd } })],
  ['heart list, within stetho', ['vhd'], (odd) => listOf({ stetho: { signalid: 49, ...odd } })],
  [
    'getdevice',
    ['model', 'timezone', 'last_session_date'],
    (odd) => inWrapper('devices', { devices: [{ deviceid: 'd', last_session_date: 6, ...odd }] }),
  ],
  [
    'rawdata get',
    ['sensor_name', 'firmware_version', 'format_version'],
    (odd) => rawdataAnswer('accel', [{ ...accelFrame(1, 50, 1_709_500_000), ...odd }]),
  ],
])('a fact of another type is named, and nothing else is lost: %s', async (_, names, documentWith) => {
  const folder = await temporaryFolder();
  const odd = names.flatMap((name) =>
    ANY_VALUES.filter(
      (value) => !(TAKEN[name] ?? []).some((taken) => JSON.stringify(taken) === JSON.stringify(value)),
    ).map((value) => ({ name, value })),
  );
  const fine = names.flatMap((name) => [null, ...(TAKEN[name] ?? [])].map((value) => ({ name, value })));
  const lines = (facts: typeof odd) => facts.map(({ name, value }) => JSON.stringify(documentWith({ [name]: value })));
  await writeFiles(folder, { 'odd.ndjson': lines(odd).join('\n'), 'fine.ndjson': lines(fine).join('\n') });
  const reports = [];
  for (const name of ['odd.ndjson', 'fine.ndjson']) {
    const { code, stdout } = await runCli(['convert', name, '--out', `${name}-out`, '--json'], { cwd: folder });
    const report = JSON.parse(stdout) as Report;
    expect([code, report.inputs, report.rejected]).toEqual([0, expect.objectContaining({ ok: 1, rejected: 0 }), []]);
    reports.push(report.notices.filter((notice) => notice.includes('taken as not known')));
  }
  const places = odd.map(({ name, value }, i) => [i + 1, name, value]);
  const told = new Set((reports[0] ?? []).map((notice) => Number(/document (\d+):/.exec(notice)?.[1])));
  expect(places.filter(([at]) => !told.has(at as number))).toEqual([]);
  expect(reports[1]).toEqual([]);
});

it('a file with much that is wrong is told in a few lines, the whole in the manifest and where it is asked for', async () => {
  const folder = await temporaryFolder();
  const lines = Array.from({ length: 113 }, (_, i) => `nonsense ${i}`);
  await writeFiles(folder, {
    'in.ndjson': `${JSON.stringify(ecgAnswer())}\n${lines.join('\n')}\n`,
    'other.ndjson': 'nonsense\n',
  });
  const out = join(folder, 'out');
  const files = [join(folder, 'in.ndjson'), join(folder, 'other.ndjson'), '--base', folder];
  const { code, stderr } = await runCli(['convert', ...files, '--out', out]);
  expect(code).toBe(3);
  expect(stderr.trimEnd().split('\n')).toEqual([
    ...[2, 3, 4, 5, 6].map(
      (n) => expect.stringMatching(`^rejected in.ndjson, document ${n}: not JSON at byte`) as string,
    ),
    'rejected in.ndjson: 108 more; --verbose tells them, manifest.json has them',
    expect.stringMatching(/^rejected other\.ndjson: not JSON/) as string,
  ]);
  const [input] = (await manifestOf(out)).inputs;
  expect(input?.rejections).toHaveLength(113);
  expect(input?.rejections?.[112]).toMatch(/^document 114: not JSON/);
  const verbose = await runCli(['convert', ...files, '--out', out, '--verbose']);
  expect(verbose.stderr.match(/^rejected in\.ndjson, document /gm)).toHaveLength(113);
  const json = await runCli(['convert', ...files, '--out', out, '--json']);
  expect((JSON.parse(json.stdout) as Report).rejected).toHaveLength(114);
});

it('of a hundred thousand bad lines the first ten thousand are named, the others counted', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'in.ndjson': `${JSON.stringify(ecgAnswer())}\n${'x\n'.repeat(100_000)}` });
  const report = await convert({ inputs: [join(folder, 'in.ndjson')], out: join(folder, 'out'), workers: 0 });
  expect(report.inputs).toMatchObject({ partly: 1 });
  expect(report.rejected).toHaveLength(10_001);
  expect(report.rejected.at(-1)?.reason).toMatch(/^90000 more/);
});
