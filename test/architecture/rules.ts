import { COMPUTED, importsOf, packageOf, resolveRelative } from './imports.ts';

/** Path from the project's root to text. */
export type Sources = ReadonlyMap<string, string>;

/** Lowest first. A folder imports itself and lower groups; folders of one group are strangers. */
const LAYERS = [
  ['core', 'kernels'],
  ['json', 'files', 'dsp'],
  ['timeline', 'signals'],
  ['withings', 'archive', 'decode', 'columnar', 'export', 'stage', 'simulator'],
  ['series', 'plan'],
  ['ingest', 'write'],
  ['pool'],
  ['dataset'],
  ['convert'],
  ['fetch'],
  ['cli'],
] as const;

/** The folders where a dependency may be named: `workers` beside those of `src`. */
export const HOMES: Readonly<Record<string, readonly string[]>> = {
  'apache-arrow': ['columnar', 'export'],
  'cli-progress': ['cli'],
  commander: ['cli'],
  'fft.js': ['dsp'],
  msgpackr: ['archive'],
  piscina: ['pool', 'workers'],
  undici: ['withings'],
  yauzl: ['convert'],
  zod: ['withings', 'cli'],
};

/** All that a worker's entry may import of `src`: what it runs, what crosses the thread and who hashes, never the pool itself. */
const OPEN_TO_WORKERS = /^src\/(?:core\/|files\/(?:digest|loads)\.ts$|pool\/(?:protocol|run-task|transfer)\.ts$)/;

/** What the simulator may know: not how our client calls, nor how we decode. */
const OPEN_TO_SIMULATOR = new Set(['core', 'kernels', 'signals']);

const MAX_LINES = 500;

/** Every breach of the house rules in `src` and `workers`, one line each; none is the only good answer. */
export function offencesIn(sources: Sources): readonly string[] {
  const offences = [...cyclesIn(sources)];
  for (const [path, text] of sources) {
    offences.push(...textOffences(path, text));
    for (const specifier of importsOf(text)) {
      const offence = specifier.startsWith('.')
        ? relativeOffence(path, resolveRelative(path, specifier))
        : outsideOffence(path, specifier);
      if (offence !== undefined) offences.push(`${path} imports ${specifier}: ${offence}`);
    }
  }
  return offences;
}

function relativeOffence(path: string, target: string): string | undefined {
  if (target === 'src/index.ts') return 'the front door is for callers outside';
  if (path === 'src/index.ts') return undefined;
  const from = folderOf(path);
  const to = folderOf(target);
  if (from === to) return undefined;
  if (from === 'workers') return OPEN_TO_WORKERS.test(target) ? undefined : 'a worker runs tasks and nothing else';
  if (from === 'simulator' && !OPEN_TO_SIMULATOR.has(to)) return `the simulator does not know ${to}`;
  const rank = rankOf(from);
  const rankOfTarget = rankOf(to);
  if (rankOfTarget === -1) return `no layer holds ${target}`;
  if (rankOfTarget > rank) return `${to} is above ${from}`;
  return rankOfTarget === rank ? `${from} and ${to} are strangers` : undefined;
}

function outsideOffence(path: string, specifier: string): string | undefined {
  const folder = folderOf(path);
  if (specifier === COMPUTED) return 'what is imported must be readable here';
  if (folder === 'core' || folder === 'kernels') return `${folder} imports nothing from outside`;
  if (specifier.startsWith('node:')) return undefined;
  const homes = HOMES[packageOf(specifier)];
  if (homes === undefined) return 'a dependency without a home';
  return homes.includes(folder) ? undefined : `its home is ${homes.join(', ')}`;
}

function textOffences(path: string, text: string): readonly string[] {
  const offences: string[] = [];
  const lines = text.split('\n').length - 1;
  const folder = folderOf(path);
  if (lines > MAX_LINES) offences.push(`${path}: ${lines} lines, more than ${MAX_LINES}`);
  if (/^export default\b/m.test(text) && folder !== 'workers') offences.push(`${path}: default export`);
  if (/\b(?:TODO|FIXME|XXX|HACK)\b/.test(text)) offences.push(`${path}: unfinished work is marked in it`);
  if (/^(?:export )?(?:declare )?(?:const )?enum\b/m.test(text)) offences.push(`${path}: enum`);
  if (path !== 'src/index.ts' && folder !== 'workers' && rankOf(folder) === -1) {
    offences.push(`${path}: a folder without a layer`);
  }
  return offences;
}

/** Depth-first over relative imports; type-only imports count, since they tangle a reader just as well. */
function cyclesIn(sources: Sources): readonly string[] {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const trail: string[] = [];

  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start !== -1) {
      cycles.push(`import cycle: ${[...trail.slice(start), path].join(' -> ')}`);
      return;
    }
    if (finished.has(path)) return;
    trail.push(path);
    for (const specifier of importsOf(sources.get(path) ?? '')) {
      if (specifier.startsWith('.')) visit(resolveRelative(path, specifier));
    }
    trail.pop();
    finished.add(path);
  };

  for (const path of sources.keys()) visit(path);
  return cycles;
}

function rankOf(folder: string): number {
  return LAYERS.findIndex((group) => (group as readonly string[]).includes(folder));
}

/** `src/decode/ecg.ts` to `decode`, `workers/signal.worker.ts` to `workers`, `src/index.ts` to nothing. */
function folderOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] === 'workers') return 'workers';
  return parts[0] === 'src' && parts.length > 2 ? (parts[1] ?? '') : '';
}
