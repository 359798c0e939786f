/** What makes a page this one and no other: what was asked for, what it is about, and what came. */

import { createHash } from 'node:crypto';
import { pathSegment } from '../files/sink.ts';
import type { ArchivedPage } from './archived-page.ts';
import type { PageAbout, PageKind, PageRequest } from './page.ts';

type Question = { readonly kind: PageKind; readonly request: PageRequest; readonly about: PageAbout };

/** Of lists, what only says how far a run looked: two runs that found the same found it once. */
const BOUNDS = ['startdate', 'enddate', 'lastupdate'];

/**
 * 16 bytes of a digest, as Latin-1, that two pages have in common only when they are the same: equal content, asked for in
 * the same words, about the same thing. Two recordings whose answers are equal to the byte are two pages.
 *
 * @param sha256 of the content
 */
export function pageIdentity(question: Question, sha256: Uint8Array): string {
  const isList = question.kind === 'heart-list' || question.kind === 'stetho-list';
  const told = wordsOf(question, isList ? BOUNDS : []);
  return createHash('sha256').update(sha256).update(told).digest().toString('latin1', 0, 16);
}

/** The recording that a page is of; `null`: it does not say. */
export function signalIdOf({ request, about }: Pick<Question, 'request' | 'about'>): number | null {
  const asked = Number(request.parameters['signalid'] ?? Number.NaN);
  return about.signalId ?? (Number.isSafeInteger(asked) ? asked : null);
}

/**
 * What reports call a page: `<archive>/<kind>/<user>/<key>~<12 digits of sha256>`, and behind it `-` and 8 digits more when
 * something else was asked or is known.
 *
 * The key is the signal id of a recording, `<startdate>-<enddate>@<offset>` or `since-<lastupdate>@<offset>` of a page of a
 * window, and `all` of anything else: whatever was asked for, never when or in which order.
 */
export function pageName(
  archive: string,
  page: Pick<ArchivedPage, 'kind' | 'userId' | 'about' | 'request' | 'sha256'>,
): string {
  const { kind, userId, sha256 } = page;
  const { key, told } = keyOf(page);
  const rest = wordsOf(page, told);
  const more = rest === '' ? '' : `-${createHash('sha256').update(rest).digest('hex').slice(0, 8)}`;
  return `${archive}/${kind}/${pathSegment(userId)}/${key}~${sha256.slice(0, 12)}${more}`;
}

/** What only one answer can be the newest to: see the key of {@link pageName}. Windows are of one watch. */
export function subjectOf(page: Question & { readonly userId: string }): string {
  const { kind, userId, request } = page;
  return JSON.stringify([kind, userId, keyOf(page).key, request.parameters['hash_deviceid'] ?? null]);
}

/** @returns the key in a name, and the parameters and facts that it tells */
function keyOf({ kind, request, about }: Question): { readonly key: string; readonly told: readonly string[] } {
  if (kind === 'ecg' || kind === 'stetho') {
    const { signalId } = about;
    const isAsked = request.parameters['signalid'] === String(signalId);
    return { key: pathSegment(signalId?.toString() ?? null), told: ['signalId', ...(isAsked ? ['signalid'] : [])] };
  }
  const { startdate, enddate, lastupdate, offset = '0' } = request.parameters;
  if (startdate !== undefined && enddate !== undefined) {
    const key = `${pathSegment(startdate)}-${pathSegment(enddate)}@${pathSegment(offset)}`;
    return { key, told: ['startdate', 'enddate', 'offset'] };
  }
  if (lastupdate === undefined) return { key: 'all', told: [] };
  return { key: `since-${pathSegment(lastupdate)}@${pathSegment(offset)}`, told: ['lastupdate', 'offset'] };
}

/** All that was asked and is known but for what is left out, as one text; the same whatever its order. */
function wordsOf({ request, about }: Question, without: readonly string[]): string {
  const { signalId, recordedAt, deviceId, timezone } = about;
  const known = Object.entries({ signalId, recordedAt, deviceId, timezone }).filter(([, value]) => value !== null);
  const words = [...Object.entries(request.parameters).toSorted(([a], [b]) => (a < b ? -1 : 1)), ...known];
  const told = words.filter(([name]) => !without.includes(name));
  return told.length === 0 ? '' : JSON.stringify(told);
}
