/** The whole of `convert`, from files to a synced data set, against only parsing the same files with `JSON.parse`. */

import { join } from 'node:path';
import { convert } from '../src/convert/convert.ts';
import { parseAndCopyFiles, writeAnswers } from './support/answers.ts';
import type { Comparison } from './support/harness.ts';

const HOURS = 6;

export const comparisons: readonly Comparison[] = [0, 1, 2].map((workers) => ({
  name: `convert: ${HOURS} h of all kinds, ${workers} workers, against parsing alone in one thread`,
  async prepare() {
    const { folder, files, bytes, remove } = await writeAnswers(HOURS);
    let run = 0;
    return {
      ours: () => convert({ inputs: [join(folder, 'answers')], out: join(folder, `out-${run++}`), workers }),
      rival: () => parseAndCopyFiles(files),
      bytes,
      close: remove,
    };
  },
}));
