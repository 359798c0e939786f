/** A progress bar on standard error when it is a terminal, and only then. */

import type { ConvertProgress } from '../pipeline/convert.ts';

export type ProgressBar = { readonly update: (progress: ConvertProgress) => void; readonly stop: () => void };

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
      // Bytes of input are told in MB; files are counted.
      const scale = progress.phase === 'decode' ? 1e6 : 1;
      const total = Math.ceil(progress.total / scale);
      if (progress.phase !== phase) {
        phase = progress.phase;
        bar.start(total, 0, { phase, unit: phase === 'decode' ? 'MB' : 'files' });
      }
      bar.update(Math.min(total, Math.round(progress.done / scale)));
    },
    stop: () => bar.stop(),
  };
}
