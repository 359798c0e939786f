/**
 * Standard output and standard error, whoever reads them.
 *
 * What a command does is in its data and its exit code. A reader that has seen enough (`| head`), has gone, or cannot take
 * more (a full disk) changes neither: the rest of what is said is lost, the work goes on.
 */

import { errorCode, systemReason } from '../core/errors.ts';
import { writeLine } from './options.ts';

/** Once, before the first word. */
export function outliveReaders(): void {
  process.stdout.once('error', (error: Error) => {
    // A reader that leaves does so on purpose; anything else is news to whoever waits for the output.
    if (errorCode(error) === 'EPIPE') return;
    writeLine(
      process.stderr,
      `note standard output cannot be written: ${systemReason(error)}; what was to be said is lost`,
    );
  });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
