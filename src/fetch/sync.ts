/** Fetch what is new into an archive, and convert what that changed. */

import { convert } from '../convert/convert.ts';
import { type ConvertOptions, DEFAULT_OUT } from '../convert/convert-options.ts';
import type { ConvertReport } from '../convert/convert-report.ts';
import { requireOut } from '../dataset/out-folder.ts';
import { type FetchOptions, type FetchReport, fetchArchive } from './fetch.ts';

export interface SyncOptions
  extends Omit<FetchOptions, 'onProgress'>,
    Omit<ConvertOptions, 'inputs' | 'base' | 'onProgress' | 'stdin'> {
  readonly onFetchProgress?: FetchOptions['onProgress'];
  readonly onConvertProgress?: ConvertOptions['onProgress'];
}

export type SyncReport = {
  readonly fetch: FetchReport;
  /** `null`: nothing was ever fetched. */
  readonly convert: ConvertReport | null;
};

/** What could be fetched is converted, also where something could not. @throws what `fetchArchive` and `convert` throw */
export async function sync({ onFetchProgress, onConvertProgress, ...options }: SyncOptions): Promise<SyncReport> {
  // Before anything is fetched.
  await requireOut(options.out ?? DEFAULT_OUT);
  const fetch = await fetchArchive({ ...options, ...(onFetchProgress && { onProgress: onFetchProgress }) });
  if (fetch.pages === 0) return { fetch, convert: null };
  const converted = await convert({
    ...options,
    inputs: [options.archive],
    ...(onConvertProgress && { onProgress: onConvertProgress }),
  });
  return { fetch, convert: converted };
}
