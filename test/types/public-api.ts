/**
 * What the public types must allow and refuse. Nothing here runs: the type check of the project is the test, and an
 * expected error that does not come is an error.
 */

import { expectTypeOf } from 'vitest';
import {
  butter,
  decodeAlaw,
  decodeResponse,
  encodeAlaw,
  type InputError,
  iirnotch,
  isApiError,
  isWithingsSignalsError,
  type Recording,
  resamplePoly,
  sosfiltfilt,
} from 'withings-signals';

const x = new Float64Array(9000);
const sos = butter(4, [0.5, 40], { type: 'bandpass', samplingFrequency: 300 });

expectTypeOf(sosfiltfilt(sos, x)).toExtend<Float64Array>();
expectTypeOf(sosfiltfilt(iirnotch(50, 30, { samplingFrequency: 300 }), x)).toExtend<Float64Array>();
expectTypeOf(resamplePoly(x, 5, 6)).toExtend<Float64Array>();
expectTypeOf(decodeAlaw(new Uint8Array(8))).toExtend<Int16Array>();
expectTypeOf(encodeAlaw(new Int16Array(8))).toExtend<Uint8Array>();

// @ts-expect-error a sampling frequency is never guessed
butter(4, 40, { type: 'lowpass' });

// @ts-expect-error SciPy's short words for filter types are not ours
butter(4, 40, { type: 'low', samplingFrequency: 300 });

// @ts-expect-error the sample rate goes by the name of the field
butter(4, 40, { type: 'lowpass', samplingFrequency: 300, sampleRate: 300 });

// @ts-expect-error filters take float64, so that rounding is the caller's choice
sosfiltfilt(sos, new Float32Array(9000));

/** The kind tells which samples there are. */
function samplesOf(recording: Recording): Int32Array | Int16Array | Uint32Array {
  switch (recording.kind) {
    case 'ecg':
      // @ts-expect-error an ECG holds microvolts, no PCM
      void recording.pcm;
      return recording.ecg;
    case 'stetho':
      return recording.pcm;
    case 'ppg':
    case 'accel':
      return recording.id;
  }
}

expectTypeOf(decodeResponse('').map(samplesOf)).toExtend<readonly (Int32Array | Int16Array | Uint32Array)[]>();

/** A refused answer says why, and how long to wait. */
expectTypeOf<InputError>().toHaveProperty('status').toEqualTypeOf<number | null>();
expectTypeOf<InputError>().toHaveProperty('waitSeconds').toEqualTypeOf<number | null>();

/** The guards narrow what a catch clause gives. */
function reasonOf(error: unknown): string {
  if (isApiError(error)) return error.reason;
  return isWithingsSignalsError(error) ? error.code : '';
}

expectTypeOf(reasonOf).returns.toBeString();

/** Recordings are not changed in place. */
function relabel(recording: Recording): void {
  // @ts-expect-error the kind is read-only
  recording.kind = 'ecg';
}

expectTypeOf(relabel).returns.toBeVoid();
