/** Opens all files that the process may have open, then tries to stage rows and samples, and prints what it was told. */

import { openSync } from 'node:fs';
import { join } from 'node:path';
import { writeRows } from '../../dist/src/stage/row-list.js';
import { StageWriter } from '../../dist/src/stage/stage.js';

const [folder] = process.argv.slice(2);

for (let isRoom = true; isRoom; ) {
  try {
    openSync('/dev/null', 'r');
  } catch (error) {
    if (error.code !== 'EMFILE') throw error;
    isRoom = false;
  }
}

async function* noRows() {}

const stage = new StageWriter(join(folder, 'stage'));
stage.append('i32', Int32Array.of(1));
for (const attempt of [() => writeRows(join(folder, 'rows'), noRows()), () => stage.close()]) {
  try {
    await attempt();
  } catch (error) {
    console.log(error.message);
  }
}
