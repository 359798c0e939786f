/** What a fetch brought, for people; and its progress. */

import type { FetchReport } from '../fetch/fetch.ts';
import type { FetchProgress, KindTally } from '../fetch/tally.ts';
import { EXIT_NOTHING_DONE, EXIT_PARTLY } from './exit-codes.ts';
import { count, isoTime } from './summary.ts';

/** One line for each thing that could not be had. */
export function problemLines({ users }: FetchReport): readonly string[] {
  return users.flatMap(({ userId, status, reasons }) =>
    // What ended a user's part is told last.
    reasons.map((reason, i) => {
      const isEnd = status === 'failed' && i === reasons.length - 1;
      return `${isEnd ? 'failed' : 'refused for'} user ${userId}: ${reason}`;
    }),
  );
}

/** One line for each thing that is not there. */
export function noticeLines({ users }: FetchReport): readonly string[] {
  return users.flatMap(({ userId, notices }) => notices.map((notice) => `note user ${userId}: ${notice}`));
}

export function fetchLines(report: FetchReport): readonly string[] {
  const { archive, users, kinds, newPages, from, to } = report;
  const good = users.filter(({ status }) => status !== 'failed').length;
  const brought = Object.entries(kinds).filter(([, tally]) => tally.pages > 0);
  const span = `${isoTime(from)} to ${isoTime(to)}`;
  return [
    newPages === 0
      ? `${archive}: nothing new of ${count(good, 'user')}, ${span}`
      : `${archive}: ${count(newPages, 'new page')} of ${count(good, 'user')}, ${span}`,
    ...brought.map(([kind, tally]) => `  ${kind.padEnd(7)}${describeTally(tally)}`),
  ];
}

export function exitCodeOfFetch({ users }: FetchReport): number {
  if (users.every(({ status }) => status === 'failed')) return EXIT_NOTHING_DONE;
  return users.every(({ status }) => status === 'ok') ? 0 : EXIT_PARTLY;
}

function describeTally({ pages, kept, signals, samples, pending }: KindTally): string {
  const words = [`${count(pages, 'page')} received, ${kept} new`];
  if (signals > 0) words.push(count(signals, 'signal'));
  if (samples > 0) words.push(count(samples, 'sample'));
  if (pending > 0) words.push(`${pending} not delivered by the device yet: fetch again later`);
  return words.join(', ');
}

export type FetchBar = { readonly update: (progress: FetchProgress) => void; readonly stop: () => void };

/** On standard error when it is a terminal, and only then. */
export async function openFetchBar(quiet: boolean): Promise<FetchBar> {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    {
      format: 'fetch [{bar}] {value}/{total} {kinds}, {left} requests left this minute, {eta_text}',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    cliProgress.Presets.legacy,
  );
  bar.start(0, 0, { kinds: '', left: '', eta_text: '' });
  return {
    update: ({ kinds, done, total, requestsLeft, timeToGo }) => {
      bar.setTotal(total);
      bar.update(done, {
        kinds: Object.entries(kinds)
          .filter(([, { pages }]) => pages > 0)
          .map(
            ([kind, { pages, signals, samples }]) => `${kind} ${pages}p ${signals > 0 ? `${signals}s ` : ''}${samples}`,
          )
          .join(' '),
        left: Number.isFinite(requestsLeft) ? requestsLeft : 'any number of',
        eta_text: timeToGo === null ? '' : `${Math.ceil(timeToGo)} s to go`,
      });
    },
    stop: () => bar.stop(),
  };
}
