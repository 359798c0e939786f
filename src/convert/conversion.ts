/** Inputs to a data set, end to end: list, decode, join with what is there, write the partitions that change, commit. */

import { dirname } from 'node:path/posix';
import { SCHEMA_VERSION } from '../columnar/metadata.ts';
import { ArgumentError, DatasetError, throwIfAborted } from '../core/errors.ts';
import type { Catalog } from '../dataset/catalog.ts';
import { CATALOG } from '../dataset/catalog-file.ts';
import { type Dataset, openDataset } from '../dataset/dataset.ts';
import { countStatuses, joinInputs, type Manifest, type ManifestFile, summarise } from '../dataset/manifest.ts';
import { MANIFEST, writeManifest } from '../dataset/manifest-file.ts';
import { PACKAGE } from '../dataset/package.ts';
import { wavFolder } from '../dataset/partition.ts';
import { openPresentFiles } from '../dataset/present-files.ts';
import { writeJson } from '../dataset/write-json.ts';
import { type Plan, resolvePlan } from '../plan/plan.ts';
import type { TaskPool } from '../pool/pool.ts';
import { type ConvertOptions, DEFAULT_OUT } from './convert-options.ts';
import { CONVERT_STAGES, type ConvertReport, type ConvertStage, unchangedReport } from './convert-report.ts';
import { decodeAll } from './decode-all.ts';
import { describePassedOver, type InputList } from './inputs/found-inputs.ts';
import { listInputs } from './inputs/inputs.ts';
import { isOfEarlierSchema, isPlanOf, leaveOutKnown } from './known-inputs.ts';
import type { Gathered } from './plan/gather-reports.ts';
import { planChange } from './plan/plan-change.ts';
import type { RecordingsPlan } from './plan/plan-recordings.ts';
import { writeAll } from './write-all.ts';

/**
 * @param wanted the plan the options make, the data set in it not yet looked at
 * @throws as `convert`
 */
export async function runConversion(pool: TaskPool, wanted: Plan, options: ConvertOptions): Promise<ConvertReport> {
  const started = new Date().toISOString();
  const dataset = await openDataset(options.out ?? DEFAULT_OUT);
  try {
    return await run(dataset, pool, wanted, options, started);
  } finally {
    // Before the scratch files go: a thread that was told to stop may still be writing one.
    await pool.close();
    await dataset.close();
  }
}

async function run(
  dataset: Dataset,
  pool: TaskPool,
  wanted: Plan,
  options: ConvertOptions,
  started: string,
): Promise<ConvertReport> {
  const clock = startClock();
  const plan = planOfDataset(dataset, wanted);
  const present = openPresentFiles(dataset, pool, options.signal);
  const damaged = await present.findDamaged();
  const { decoded, unchanged, passedOver } = await decodeListed(
    dataset,
    damaged,
    pool,
    plan,
    wanted.kinds,
    options,
    clock,
  );
  if (decoded === null) {
    const { seconds } = clock;
    const about = { started, workers: pool.workers, seconds };
    return unchangedReport(dataset.manifest, options.out ?? DEFAULT_OUT, { unchanged, passedOver }, about);
  }
  if (dataset.manifest === null && decoded.inputs.every(({ sha256 }) => sha256 === null)) {
    // A data set of nothing would only tell that nothing was read, which the report does.
    const { seconds } = clock;
    const about = { started, workers: pool.workers, seconds };
    const report = unchangedReport(null, options.out ?? DEFAULT_OUT, { unchanged, passedOver }, about);
    return { ...report, inputs: { ...report.inputs, ...countStatuses(decoded.inputs) }, rejected: decoded.rejected };
  }
  const kernels = await pool.run('kernels', null, options);
  clock.end('decode');
  const change = await planChange(dataset, plan, decoded, present, damaged);
  clock.end('plan');
  const written = await writeAll(change.recordings.writes, change.series, plan, dataset, present, pool, options);
  throwIfAborted(options.signal);
  clock.end('write');
  // Their memory is free for what is joined here; closing again is nothing.
  await pool.close();

  const stale = staleFiles(dataset.manifest?.files ?? [], written.files);
  const kept = dataset.manifest?.files.filter(({ path }) => !stale.has(path)) ?? [];
  const files = joinFiles(kept, [...written.files, await writeCatalog(dataset, change.recordings, change.facts)]);
  const { inputs, rejected, pending, notices } = decoded;
  const manifest: Manifest = {
    schema_version: SCHEMA_VERSION,
    package: PACKAGE,
    plan,
    files,
    inputs: joinInputs(dataset.manifest?.inputs ?? [], inputs),
    summary: summarise(files),
    run: {
      started,
      finished: new Date().toISOString(),
      workers: pool.workers,
      files_written: written.files.length,
      duplicates_dropped: written.repeats + change.recordings.duplicates,
      conflicts: written.conflicts + change.recordings.conflicts.length,
    },
  };
  await writeManifest(dataset.scratch(MANIFEST), manifest);
  await dataset.commit([...written.files.map(({ path }) => path), CATALOG, MANIFEST], [...stale]);

  clock.end('commit');

  const isWritten = new Set(written.files.map(({ path }) => path));
  return {
    out: options.out ?? DEFAULT_OUT,
    inputs: { ...countStatuses(inputs), unchanged },
    rejected,
    pending,
    passedOver,
    notices: [...schemaNotices(dataset), ...notices, ...change.recordings.notices, ...change.recordings.conflicts],
    files: written.files.map(({ path }) => path).sort(),
    damaged: [...damaged].flatMap(([path, reason]) => (isWritten.has(path) ? [] : [{ path, reason }])),
    summary: manifest.summary,
    run: manifest.run,
    kernels,
    seconds: clock.seconds,
  };
}

type Listed = { readonly decoded: Gathered | null; readonly unchanged: number } & Pick<InputList, 'passedOver'>;

/** The list of inputs goes when it has been worked through. @returns `decoded: null`: the data set has it all */
async function decodeListed(
  dataset: Dataset,
  damaged: ReadonlyMap<string, string>,
  pool: TaskPool,
  plan: Plan,
  kinds: Plan['kinds'],
  options: ConvertOptions,
  clock: Clock,
): Promise<Listed> {
  const listed = await listInputs(options.inputs, {
    base: options.base ?? '.',
    out: dataset.pathOf('.'),
    spool: dataset.scratch('stdin'),
    stdin: options.stdin ?? process.stdin,
    kinds,
    signal: options.signal,
  });
  const { passedOver } = listed;
  if (listed.files.length + listed.failures.length === 0) {
    const others = passedOver.length === 0 ? '' : ` (passed over ${describePassedOver(passedOver)})`;
    throw new ArgumentError(
      `inputs: the folders given hold no .json, .ndjson, .jsonl or signal.csv (each also .gz), and no account export${others}; name a file of another name itself`,
    );
  }
  clock.end('list');
  const { manifest, catalog } = dataset;
  const parts = manifest?.files.flatMap(({ path, partition }) => (partition && damaged.has(path) ? [partition] : []));
  const { list, unchanged } = leaveOutKnown(
    listed,
    manifest,
    ({ context }) =>
      'damage' in catalog ||
      (parts ?? []).some(({ kind, user }) => context?.kind === kind && (context.userId ?? null) === user),
  );
  const isNothing = list.files.length + list.failures.length + damaged.size === 0 && isPlanOf(manifest, plan);
  const decoded = isNothing ? null : await decodeAll(list, { ...plan, kinds }, dataset, pool, options);
  return { decoded, unchanged, passedOver };
}

type Clock = { readonly seconds: ConvertReport['seconds']; readonly end: (stage: ConvertStage) => void };

/** Tells what stages that follow one another take. */
function startClock(): Clock {
  const seconds = Object.fromEntries(CONVERT_STAGES.map((stage) => [stage, 0])) as Record<ConvertStage, number>;
  let before = performance.now();
  const end = (stage: ConvertStage): void => {
    const now = performance.now();
    seconds[stage] = Math.round(now - before) / 1000;
    before = now;
  };
  return { seconds, end };
}

/** Kinds and formats add up over the runs; what is done to the samples must stay what it was. */
function planOfDataset({ manifest }: Dataset, wanted: Plan): Plan {
  if (manifest === null) return wanted;
  const before = manifest.plan;
  const [made, asked] = [before, wanted].map(({ processing, compression = 'none' }: Partial<Plan>) =>
    JSON.stringify({ ...processing, compression }),
  );
  if (made !== asked) {
    throw new DatasetError(`the data set was made with ${made}, got ${asked}; give the same options or another --out`);
  }
  return resolvePlan({
    kinds: [...before.kinds, ...wanted.kinds],
    formats: [...before.formats, ...wanted.formats],
    ecgBand: wanted.processing.ecg.band,
    ecgNotch: wanted.processing.ecg.notch,
    ecgRate: wanted.processing.ecg.rate,
    compression: wanted.compression,
  });
}

function schemaNotices({ manifest }: Dataset): readonly string[] {
  if (!isOfEarlierSchema(manifest)) return [];
  return [
    `the data set had schema version ${manifest?.schema_version}: its ECG tables are written anew in version ${SCHEMA_VERSION}`,
  ];
}

async function writeCatalog(
  dataset: Dataset,
  { recordings, count }: RecordingsPlan,
  facts: Catalog['facts'],
): Promise<ManifestFile> {
  const written = await writeJson(dataset.scratch(CATALOG), { recordings: recordings(), facts }, 0);
  return { path: CATALOG, rows: count, ...written };
}

/** Sound files of rows that are written anew, and under another name: a recording without an id is called by its source. */
function staleFiles(before: readonly ManifestFile[], now: readonly ManifestFile[]): ReadonlySet<string> {
  const written = new Set(now.map(({ path }) => path));
  const users = new Set(now.flatMap(({ partition }) => (partition?.kind === 'stetho' ? [wavFolder(partition)] : [])));
  return new Set(before.flatMap(({ path }) => (users.has(dirname(path)) && !written.has(path) ? [path] : [])));
}

/** By path; what was written now takes the place of what was there. */
function joinFiles(before: readonly ManifestFile[], now: readonly ManifestFile[]): readonly ManifestFile[] {
  const byPath = new Map([...before, ...now].map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
