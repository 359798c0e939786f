import { pathSegment } from '../files/sink.ts';
import type { ArchivedPage } from './archived-page.ts';

/**
 * What reports call a page: `<archive>/<kind>/<user>/<key>~<12 digits of sha256>`.
 *
 * The key is the signal id of a recording, `<startdate>-<enddate>@<offset>` or `since-<lastupdate>@<offset>` of a page of a
 * window, and `all` of anything else: whatever was asked for, never when or in which order.
 */
export function pageName(
  archive: string,
  { kind, userId, about, request, sha256 }: Pick<ArchivedPage, 'kind' | 'userId' | 'about' | 'request' | 'sha256'>,
): string {
  const isRecording = kind === 'ecg' || kind === 'stetho';
  const key = isRecording ? pathSegment(about.signalId?.toString() ?? null) : windowKey(request.parameters);
  return `${archive}/${kind}/${pathSegment(userId)}/${key}~${sha256.slice(0, 12)}`;
}

function windowKey({ startdate, enddate, lastupdate, offset = '0' }: Readonly<Record<string, string>>): string {
  if (startdate !== undefined && enddate !== undefined) {
    return `${pathSegment(startdate)}-${pathSegment(enddate)}@${pathSegment(offset)}`;
  }
  return lastupdate === undefined ? 'all' : `since-${pathSegment(lastupdate)}@${pathSegment(offset)}`;
}
