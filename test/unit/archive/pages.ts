/** Pages made in the test. */

import type { Note, PageKind, PageToKeep } from '../../../src/archive/page.ts';

export const DAY = 86_400;
export const START = 1_656_288_000;

export type PageOptions = {
  readonly userId?: string;
  readonly kind?: PageKind;
  readonly text?: string;
  readonly payload?: Uint8Array;
  readonly encoding?: 'identity' | 'gzip';
  readonly sha256?: string;
  readonly receivedAt?: number;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly about?: Partial<PageToKeep['about']>;
};

/** A page of raw data of the first day, from offset 0 on. */
export function page(options: PageOptions = {}): PageToKeep {
  const { userId = '363', kind = 'ppg', text = '{"status":0}', encoding = 'identity', receivedAt = 1e12 } = options;
  return {
    userId,
    kind,
    request: {
      endpoint: '/v2/measure rawdata',
      parameters: options.parameters ?? { startdate: `${START}`, enddate: `${START + DAY}`, offset: '0' },
    },
    receivedAt,
    about: { signalId: null, recordedAt: null, deviceId: null, timezone: 'Europe/Paris', ...options.about },
    payload: options.payload ?? Buffer.from(text),
    encoding,
    ...(options.sha256 !== undefined && { sha256: options.sha256 }),
  };
}

/** The answer to heart get. */
export function recording(signalId: number, options: PageOptions = {}): PageToKeep {
  return page({ kind: 'ecg', parameters: { signalid: `${signalId}` }, about: { signalId }, ...options });
}

/** Of a watch that last synchronised at 1,656,600,000. */
export const ASKED = { deviceId: 'watch', session: 1_656_600_000, askedAt: 1_656_700_000 } as const;

export function pageNote(offset: number, next: number, window = { from: START, to: START + DAY }): Note {
  return { userId: '363', kind: 'ppg', what: 'page', ...window, ...ASKED, offset, next };
}

export function windowNote(from: number, to: number, kind: PageKind = 'ppg'): Note {
  return { userId: '363', kind, what: 'window', from, to, ...ASKED };
}

/** Long enough to be compressed, and different for each seed. */
export function longText(seed: number, values = 4000): string {
  const numbers = Array.from({ length: values }, (_, i) => 400_000 + ((i * i * 31 + seed * 7919) % 9973));
  return `{"status":0,"body":{"rawdata":[{"data":{"ppg_green":[${numbers.join(',')}]}}]}}`;
}
