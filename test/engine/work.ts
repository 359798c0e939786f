/** The work that engines are compared by; what it gives is printed as JSON. */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { convert } from '../../src/convert/convert.ts';
import { butter } from '../../src/dsp/design/butterworth.ts';
import { firwin } from '../../src/dsp/design/fir.ts';
import { iirnotch } from '../../src/dsp/design/notch.ts';
import { createEcgChain } from '../../src/dsp/ecg-chain.ts';
import { simulateEcg } from '../../src/simulator/ecg.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { simulate } from '../../src/simulator/simulate.ts';
import { fuzz } from '../fuzz/run.ts';
import { differenceFromTruth, randomRawdata } from './rawdata.ts';

export type Work = { readonly cases: number; readonly json: number; readonly hours: number; readonly seed: number };

/** @property wrong what does not agree with the truth, apart from any other engine */
export type Outcome = { readonly digest: string; readonly wrong: readonly string[] };

const work = JSON.parse(process.argv[2] ?? '') as Work;
const root = mkdtempSync(join(tmpdir(), 'withings-signals-engine-'));
// A data set tells where its inputs lay: that is the same for all.
process.chdir(root);
try {
  const outcomes = {
    designs: designs(),
    'ECG chain': ecgChain(work.seed),
    JSON: json(work),
    'raw data': await rawdata(work),
    'day of all kinds': await day(work),
  };
  console.log(JSON.stringify({ version: process.version, outcomes }));
} finally {
  process.chdir(tmpdir());
  rmSync(root, { recursive: true, force: true });
}

function designs(): Outcome {
  const digest = createHash('sha256');
  for (let order = 1; order <= 10; order++) {
    for (const samplingFrequency of [128, 250, 299.87, 300, 500, 1000]) {
      const bands = [
        butter(order, 0.7, { type: 'lowpass', samplingFrequency }),
        butter(order, 33, { type: 'highpass', samplingFrequency }),
        butter(order, [0.5, 40], { type: 'bandpass', samplingFrequency }),
        butter(order, [45, 55], { type: 'bandstop', samplingFrequency }),
        iirnotch(50, 3 * order, { samplingFrequency }),
        firwin(20 * order + 1, 0.3 * samplingFrequency, { samplingFrequency }),
      ];
      for (const { buffer } of bands) digest.update(new Uint8Array(buffer));
    }
  }
  return { digest: digest.digest('hex'), wrong: [] };
}

/** Ninety recordings, alone and side by side: both have the same bytes. */
function ecgChain(seed: number): Outcome {
  const digest = createHash('sha256');
  const wrong: string[] = [];
  for (const [i, rate] of [300, 500, 299.87].entries()) {
    const chain = createEcgChain({ band: [0.5, 40], notch: 50, rate: i === 2 ? null : 250 }, rate);
    const ecgs = Array.from({ length: 30 }, (_, k) => {
      return simulateEcg({ seed: seed + 100 * i + k, durationSeconds: 5 + (k % 7), samplingFrequency: rate }).signal;
    });
    const together = chain.applyBatch(ecgs);
    for (const [k, ecg] of ecgs.entries()) {
      const alone = bytesOf(chain.apply(ecg));
      digest.update(alone);
      if (Buffer.compare(alone, bytesOf(together[k] ?? new Float32Array(0))) !== 0)
        wrong.push(`ECG ${k} at ${rate} Hz`);
    }
  }
  return { digest: digest.digest('hex'), wrong };
}

/** What is read is compared with `JSON.parse`, so that there is nothing to compare between engines but how much it was. */
function json({ json: count, seed }: Work): Outcome {
  const { cases, differences } = fuzz(count, seed);
  return { digest: `${cases} cases`, wrong: differences };
}

/** Random series, converted at once or in pieces, compressed or not; each against what went in. */
async function rawdata({ cases, seed }: Work): Promise<Outcome> {
  const digest = createHash('sha256');
  const wrong: string[] = [];
  for (let number = 0; number < cases; number++) {
    const random = createRandom(seed).fork(`rawdata ${number}`);
    const { documents, truth } = randomRawdata(random);
    const folder = `case-${number}`;
    const inputs = documents.map((document, i) => written(join(folder, 'in', `${i}.json`), JSON.stringify(document)));
    const compression = random.uniform() < 0.5 ? 'lz4' : 'none';
    const runs = random.uniform() < 0.5 ? [inputs] : inputs.map((input) => [input]);
    const out = join(folder, 'out');
    for (const run of runs) await convert({ inputs: run, out, workers: 0, compression });
    const difference = await differenceFromTruth(out, truth);
    if (difference !== null) wrong.push(`raw data ${number}: ${difference}`);
    updateWithFiles(digest, out);
    rmSync(folder, { recursive: true });
  }
  return { digest: digest.digest('hex'), wrong };
}

/** Simulated answers; converted at once, and, compressed, user by user: both have the same rows, which the digest tells. */
async function day({ hours, seed }: Work): Promise<Outcome> {
  const digest = createHash('sha256');
  const inputs: string[] = [];
  for (const { path, text } of simulate({ users: 2, hours: Math.max(hours, 0.01), seed })) {
    digest.update(path).update(text);
    inputs.push(written(join('day', path), text));
  }
  const [whole, grown] = ['whole', 'grown'];
  await convert({ inputs, out: whole, workers: 0, formats: ['arrow', 'wav'] });
  for (const turn of [0, 1, 2]) {
    const share = inputs.filter((_, i) => i % 3 === turn);
    await convert({ inputs: share, out: grown, workers: 0, compression: 'lz4' });
  }
  for (const folder of [whole, grown]) updateWithFiles(digest, folder);
  return { digest: digest.digest('hex'), wrong: [] };
}

function written(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Of the data. */
function updateWithFiles(digest: ReturnType<typeof createHash>, folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  for (const name of names.filter((path) => /\.(?:arrow|wav)$/.test(path))) {
    const path = join(folder, name);
    if (statSync(path).isFile()) digest.update(name).update(readFileSync(path));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
