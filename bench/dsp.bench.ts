/**
 * Filters, resampling and A-law against what Python has for them, timed inside Python on the same bytes; and the
 * WebAssembly kernels against the TypeScript ones.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEcgChain, type EcgPlan } from '../src/dsp/ecg-chain.ts';
import { alawDecodeKernel, alawToLinear } from '../src/kernels/alaw/index.ts';
import { dspKernels } from '../src/kernels/wasm/dsp.ts';
import type { Comparison, Contest } from './support/harness.ts';
import { ecgRecords, randomBytes } from './support/inputs.ts';
import { pythonRival, withoutScipy } from './support/python.ts';

const RECORDS = 64;
/** 30 s of a watch. */
const SAMPLES = 9000;
/** 30 s of stethoscope at 4 kHz. */
const STETHO_SAMPLES = 120_000;

const BAND = [0.5, 40] as const;

const WITHOUT_KERNELS = { skipped: 'no WebAssembly kernels here, or not wanted' };

export const comparisons: readonly Comparison[] = [
  {
    name: 'dsp: sosfiltfilt, band-pass of order 4, 64 records of 9,000, against SciPy',
    // Ours starts from int32 and ends in float32; SciPy's input is made float64 beforehand.
    prepare: () =>
      againstScipy((folder) => ({
        ours: filterAll({ band: BAND, notch: null, rate: null }, 300),
        rival: pythonRival('sosfiltfilt.py', [writeRecords(folder), RECORDS, 300, ...BAND]),
        bytes: 4 * RECORDS * SAMPLES,
      })),
  },
  ...([300, 500] as const).map((rate) => ({
    name: `dsp: resamplePoly ${rate} to 250 Hz, 64 records of 9,000, against SciPy`,
    prepare: () =>
      againstScipy((folder) => ({
        ours: filterAll({ band: null, notch: null, rate: 250 }, rate),
        rival: pythonRival('resample.py', [writeRecords(folder), RECORDS, 250, rate]),
        bytes: 4 * RECORDS * SAMPLES,
      })),
  })),
  {
    name: 'dsp: alaw decode to a reused array, 120,000 samples, against a NumPy table',
    prepare: () =>
      againstScipy((folder) => {
        const bytes = randomBytes(STETHO_SAMPLES);
        const out = new Int16Array(STETHO_SAMPLES);
        const table = new Int16Array(256);
        alawToLinear(
          table,
          Uint8Array.from(table, (_, code) => code),
        );
        const [codes, samples] = [join(folder, 'codes'), join(folder, 'table')];
        writeFileSync(codes, bytes);
        writeFileSync(samples, table);
        return {
          ours: () => alawToLinear(out, bytes),
          rival: pythonRival('alaw.py', [codes, samples]),
          bytes: bytes.byteLength,
        };
      }),
  },
  {
    name: 'dsp: ECG chain, 64 records of 9,000, side by side against one after the other',
    prepare() {
      if (dspKernels() === null) return WITHOUT_KERNELS;
      const chain = createEcgChain({ band: BAND, notch: null, rate: 250 }, 300);
      const records = ecgRecords(RECORDS, SAMPLES);
      return {
        ours: () => chain.applyBatch(records),
        rival: () => records.map((record) => chain.apply(record)),
        bytes: 4 * RECORDS * SAMPLES,
      };
    },
  },
  {
    name: 'dsp: alaw decode, 120,000 samples, WebAssembly against the table in TypeScript',
    prepare() {
      const decode = alawDecodeKernel.wasm?.();
      if (!decode) return WITHOUT_KERNELS;
      const bytes = randomBytes(STETHO_SAMPLES);
      const out = new Int16Array(STETHO_SAMPLES);
      return {
        ours: () => decode(out, bytes),
        rival: () => alawDecodeKernel.fast(out, bytes),
        bytes: bytes.byteLength,
      };
    },
  },
];

/** A contest with a folder of its own for the bytes that both sides share, where there is SciPy. */
function againstScipy(contest: (folder: string) => Contest): Contest | { readonly skipped: string } {
  const skipped = withoutScipy();
  if (skipped !== null) return { skipped };
  const folder = mkdtempSync(join(tmpdir(), 'withings-signals-bench-'));
  return { ...contest(folder), close: () => rmSync(folder, { recursive: true, force: true }) };
}

function filterAll(plan: EcgPlan, rate: number): () => unknown {
  const chain = createEcgChain(plan, rate);
  const records = ecgRecords(RECORDS, SAMPLES);
  return () => chain.applyBatch(records);
}

/** One record after the other, int32. */
function writeRecords(folder: string): string {
  const file = join(folder, 'records');
  writeFileSync(file, Buffer.concat(ecgRecords(RECORDS, SAMPLES).map((record) => Buffer.from(record.buffer))));
  return file;
}
