import { ArchiveError, DatasetError, errorCode, isWithingsSignalsError, quoted, systemReason } from '../core/errors.ts';

const MAKE_ROOM = 'make room and run again';
const GIVE_RIGHTS = 'give this user the right to it, or choose another archive';

/** Room and rights, which may be another day's. */
const OF_DISK: ReadonlySet<string> = new Set(
  'ENOSPC EDQUOT EFBIG EACCES EPERM EROFS EIO EBUSY EMFILE ENFILE'.split(' '),
);

/** Whether the system refused for another reason than the path. */
export function isOfDisk(error: unknown): boolean {
  return OF_DISK.has(errorCode(error) ?? '');
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: MAKE_ROOM,
  EDQUOT: MAKE_ROOM,
  EFBIG: MAKE_ROOM,
  EACCES: GIVE_RIGHTS,
  EPERM: GIVE_RIGHTS,
  EROFS: GIVE_RIGHTS,
  ENOENT: 'check the path',
  ENOTDIR: 'check the path',
};

/** What the system refused, as one line with a remedy; errors of this package pass through. */
export function cannot(verb: 'read' | 'write', path: string, error: unknown): Error {
  if (error instanceof DatasetError) {
    // Of the layer below, where the lock and whole files are made.
    if (errorCode(error.cause) !== undefined) return cannot(verb, path, error.cause);
    return new ArchiveError(`archive: ${error.message}`, { cause: error });
  }
  if (isWithingsSignalsError(error)) return error;
  const remedy = REMEDIES[errorCode(error) ?? ''] ?? 'check the disk';
  return new ArchiveError(
    `archive: cannot ${verb} ${quoted(path, 400)}: ${systemReason(error)}; what was synced before is there; ${remedy}`,
    { cause: error },
  );
}
