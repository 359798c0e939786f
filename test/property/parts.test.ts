import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { cutsBetween } from '../../src/ingest/cuts.ts';
import { decodeInputs } from '../../src/ingest/decode-inputs.ts';
import { type DecodedPart, decodePart } from '../../src/ingest/decode-part.ts';
import type { InputReport } from '../../src/ingest/input-report.ts';
import { digestInput } from '../../src/ingest/input-stream.ts';
import { joinParts } from '../../src/ingest/join-parts.ts';
import { type Plan, resolvePlan } from '../../src/plan/plan.ts';
import type { StagedSeries } from '../../src/series/staged-series.ts';
import { type StagedArray, StageReader } from '../../src/stage/stage.ts';
import type { StagedRecording } from '../../src/stage/staged-recording.ts';
import { accelFrame, ecgAnswer, rawdataAnswer } from '../support/answers.ts';

const PLAN = resolvePlan({ ecgBand: null, ecgRate: null });

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);

const folder = mkdtempSync(join(tmpdir(), 'parts-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function scratch(): string {
  return join(folder, String(files++));
}

function frame(id: number, more: object = {}): Record<string, unknown> {
  return { ...accelFrame(id, 3, 1_709_596_799 + id), hash_deviceid: 'd', startdate: undefined, ...more };
}

function data(id: number, more: object): object {
  return { data: { ...(accelFrame(id, 3, 1_709_596_800)['data'] as object), ...more } };
}

const FRAMES = [frame(1), frame(2), frame(3), frame(4)];
const PAGE = rawdataAnswer('accel', FRAMES);
const TEXT_FRAME = frame(2, { data: JSON.stringify(accelFrame(2, 3, 1_709_596_800)['data']) });
const ECG = ecgAnswer({ signal: [1, -2, 3, 400], signalid: 5 });

const page = (...frames: unknown[]): string => JSON.stringify(rawdataAnswer('accel', frames));

/** Content by name; the name may say that each line is a document. */
const INPUTS: Readonly<Record<string, readonly [name: string, content: string]>> = {
  'a page': ['a.json', JSON.stringify(PAGE)],
  'a page with spaces and line feeds': ['a.json', JSON.stringify(PAGE, null, 1)],
  'a page with line feeds between frames only, and an answer below': [
    'a.json',
    `${JSON.stringify(PAGE).replaceAll('},{', '},\n{')}\n${JSON.stringify(ECG)}\n`,
  ],
  'a page of one line, and one behind': ['a.json', `${JSON.stringify(PAGE)}\n${page(frame(9), frame(10))}`],
  'a byte order mark': ['a.json', `\uFEFF${JSON.stringify(PAGE)}`],
  'frames as texts': ['a.json', page(frame(1), TEXT_FRAME, TEXT_FRAME, frame(3))],
  'frames without samples': ['a.json', page(frame(1), frame(2, { data: '' }), frame(3, { data: {} }), frame(4))],
  'texts that look like cuts': [
    'a.json',
    page(frame(1), frame(2, { sensor_name: '},{"a":[1},{' }), frame(3), frame(4)),
  ],
  'objects that look like frames': ['a.json', page(frame(1), frame(2, { odd: [{ a: 1 }, { b: 2 }, {}] }), frame(3))],
  'a bad frame': ['a.json', page(frame(1), frame(2), frame(3, { type: 7 }), frame(4), frame(5))],
  'a frame that is none': ['a.json', page(frame(1), {}, frame(2), frame(3))],
  'a frame that does not fit the table': [
    'a.json',
    page(frame(1), frame(2, data(2, { segment: [1, 2, 3] })), frame(3)),
  ],
  'a notice': ['a.json', page(frame(1), frame(2, data(2, { x: 'y' })), frame(3))],
  'another kind than its wrapper says': ['a.json', JSON.stringify(rawdataAnswer('ppg', FRAMES))],
  'an error of the API': ['a.json', JSON.stringify({ status: 401, body: { rawdata: FRAMES } })],
  'two lists': ['a.json', JSON.stringify({ rawdata: FRAMES, body: { rawdata: FRAMES } })],
  'a list in a frame': ['a.json', page(frame(1), frame(2, { rawdata: FRAMES }), frame(3))],
  'frames in a list of another name': ['a.json', JSON.stringify({ series: FRAMES })],
  'frames in an array': ['a.json', JSON.stringify(FRAMES)],
  'an array of pages': ['a.json', JSON.stringify([PAGE, ECG, PAGE])],
  'an end in the middle': ['a.json', page(frame(1), frame(2), frame(3), frame(4)).slice(0, -60)],
  'no comma': ['a.json', page(frame(1), frame(2), frame(3), frame(4)).replace('},{', '} {')],
  'nonsense near the end': ['a.json', page(frame(1), frame(2), frame(3)).replace('"more":false', '"more":flase')],
  lines: ['a.ndjson', `${JSON.stringify(ECG)}\n${JSON.stringify(PAGE)}\n\n${JSON.stringify(ECG)}\n`],
  'lines, some bad': [
    'a.ndjson',
    `${JSON.stringify(ECG)}\nnonsense\n{"a":[1,}\n${JSON.stringify(ECG)}\n{"status":5}\n{`,
  ],
  'lines that are not told by the name': ['a.json', `${JSON.stringify(ECG)}\nnonsense\n${JSON.stringify(ECG)}\n[]\n`],
  'lines, and documents of many lines between them': [
    'a.json',
    `${JSON.stringify(ECG)}\n${JSON.stringify(PAGE, null, 1)}\n\uFEFF${JSON.stringify(ECG)}\n${JSON.stringify(ECG, null, 1).slice(0, -9)}\n${JSON.stringify(ECG)}\n`,
  ],
  'lines that are cut off': [
    'a.ndjson',
    `${JSON.stringify(ECG)}\n${JSON.stringify(PAGE).slice(0, 300)}\n${JSON.stringify(ECG).slice(0, 90)}\n${JSON.stringify(ECG)}{}\n`,
  ],
  'lines behind a page of many lines': ['a.json', `${JSON.stringify(ECG, null, 1)}\n${JSON.stringify(ECG)}\n{"a":\n1}`],
  'a web page': ['a.json', '<html>\n{},{}\n</html>'],
  'a long start': ['a.json', JSON.stringify({ x: 'x'.repeat(5000), ...(PAGE['response'] as object) })],
  nothing: ['a.json', ''],
};

type Named = { readonly name: string; readonly path: string };

async function inOneGo(input: Named, plan: Plan): Promise<unknown> {
  const [report] = await decodeInputs({ inputs: [input], plan, stageFile: scratch() });
  return comparable(report as InputReport);
}

/** Parts between the places given, in their order; from the last to the end of the file none. */
async function inParts(input: Named, plan: Plan, places: readonly number[]): Promise<unknown> {
  return comparable((await joinedParts(input, plan, places)).report);
}

async function joinedParts(input: Named, plan: Plan, places: readonly number[]) {
  const parts: DecodedPart[] = [];
  for (const [i, place] of places.entries()) {
    const next = places[i + 1];
    if (next === undefined) continue;
    const part = await decodePart({ input, plan, stageFile: scratch(), between: [place, next] });
    if (part !== null) parts.push(part);
  }
  const report = await joinParts({ input, digest: await digestInput(input), plan, stageFile: scratch(), parts });
  return { report, parts };
}

/** Staged samples as numbers; rows of series in one order, whatever chunks they came in. */
function comparable({ series, recordings, ...report }: InputReport): unknown {
  const reader = new StageReader();
  const read = (staged: StagedArray) => Array.from(reader.read(staged));
  const rows = series.flatMap(({ id, timestamp, columns, rows: count, ...about }) => {
    const all = { id, timestamp, ...Object.fromEntries(columns.map(({ name, values }) => [name, values])) };
    const values = Object.entries(all).map(([name, staged]) => [name, read(staged)] as const);
    return Array.from({ length: count }, (_, row) =>
      JSON.stringify({ ...about, ...Object.fromEntries(values.map(([name, column]) => [name, column[row]])) }),
    );
  });
  const read2 = recordings.map(({ samples, ...about }) => ({ ...about, samples: read(samples) }));
  reader.close();
  return { ...report, rows: rows.sort(), recordings: read2 };
}

describe.each(Object.entries(INPUTS))('parts of an input with %s', (_, [name, content]) => {
  const path = scratch();
  writeFileSync(path, content);
  const input = { name, path };
  const length = Buffer.byteLength(content);

  it('join to what decoding in one go gives, wherever it is cut', async () => {
    const expected = await inOneGo(input, PLAN);
    const tried = new Map<string, unknown>([['none', await inParts(input, PLAN, [])]]);
    for (let from = 0; from < length; from++) {
      for (const to of [from + 1, from + 300, length - 1]) {
        const cuts = JSON.stringify(cutsBetween(input, from, to));
        if (!tried.has(cuts)) tried.set(cuts, await inParts(input, PLAN, [from, to]));
      }
    }
    for (const joined of tried.values()) expect(joined).toEqual(expected);
  });

  it('join to the same whichever and however many there are', async () => {
    const plans = [PLAN, resolvePlan({ kinds: ['ecg'], ecgBand: null, ecgRate: null })];
    const places = fc.uniqueArray(fc.nat(length), { maxLength: 6 }).map((some) => some.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(places, fc.constantFrom(...plans), async (some, plan) => {
        expect(await inParts(input, plan, some)).toEqual(await inOneGo(input, plan));
      }),
      { numRuns: Math.ceil(RUNS / 20) },
    );
  });
});

it.each([
  ['a page with spaces and line feeds', 0.3, 0.7],
  ['lines', 0.01, 0.9],
])('what a part holds of %s is not decoded again', async (what, from, to) => {
  const [name, content] = INPUTS[what] ?? ['', ''];
  const input = { name, path: scratch() };
  writeFileSync(input.path, content);
  const { report, parts } = await joinedParts(
    input,
    PLAN,
    [from, to].map((at) => Math.floor(at * content.length)),
  );
  const [part] = parts;
  const held = part?.unit === 'lines' ? part.documents.recordings : part?.series;
  const found = part?.unit === 'lines' ? report.recordings : report.series;
  expect(held?.length).toBeGreaterThan(0);
  for (const one of held ?? []) expect(found.map(placeOf)).toContainEqual(placeOf(one));
});

function placeOf(staged: Pick<StagedRecording, 'samples'> | Pick<StagedSeries, 'id'>): StagedArray {
  return 'samples' in staged ? staged.samples : staged.id;
}
