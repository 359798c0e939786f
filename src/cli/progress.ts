/** A progress bar on standard error when it is a terminal, and only then. */

export type Progress = { readonly phase: string; readonly done: number; readonly total: number };

export type ProgressBar = { readonly update: (progress: Progress) => void; readonly stop: () => void };

/** Phases that count bytes, told in MB; the others count files. */
const PHASES_OF_BYTES: ReadonlySet<string> = new Set(['decode', 'verify']);

export async function openProgressBar(quiet: boolean): Promise<ProgressBar> {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    {
      format: '{phase} [{bar}] {percentage} % {value}/{total} {unit}',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    cliProgress.Presets.legacy,
  );
  let phase = '';
  return {
    update: (progress) => {
      const isBytes = PHASES_OF_BYTES.has(progress.phase);
      const scale = isBytes ? 1e6 : 1;
      const total = Math.ceil(progress.total / scale);
      if (progress.phase !== phase) {
        phase = progress.phase;
        bar.start(total, 0, { phase, unit: isBytes ? 'MB' : 'files' });
      }
      bar.update(Math.min(total, Math.round(progress.done / scale)));
    },
    stop: () => bar.stop(),
  };
}
