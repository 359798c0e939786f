/** Options to a data set: threads first, then what they are to do. */

import { ArgumentError } from '../core/errors.ts';
import { resolvePlan } from '../plan/plan.ts';
import { openTaskPool } from '../pool/pool.ts';
import type { ConvertOptions } from './convert-options.ts';
import type { ConvertReport } from './convert-report.ts';

/**
 * Converts saved Withings answers to a data set of Arrow (and WAV) files.
 *
 * What is wrong with an input is told in the report and the manifest; the rest of the batch is converted. The data set
 * changes as a whole when everything is on the disk, or not at all.
 *
 * @throws ArgumentError for options out of their domain, DatasetError when the data set cannot be read or written,
 * InputError with `strict`, AbortedError when `signal` fires.
 */
export async function convert(options: ConvertOptions): Promise<ConvertReport> {
  const plan = resolvePlan(options);
  if (options.inputs.length === 0) throw new ArgumentError('inputs: got none, expected files or folders to convert');
  const pool = openTaskPool(options.workers === undefined ? {} : { workers: options.workers });
  try {
    // Loaded while the threads start.
    const { runConversion } = await import('./conversion.ts');
    return await runConversion(pool, plan, options);
  } finally {
    await pool.close();
  }
}
