/**
 * Stethoscope: the body of stetho get.
 *
 * | member | type | meaning |
 * |---|---|---|
 * | `signal` | int[], a text of one, comma-separated text, or base64 | G.711 A-law codes, 0..255 or -128..127 |
 * | `frequency` | number | Hz, usually 4000; absent: the model's nominal rate |
 * | `channel` | int | number of channels, interleaved; absent: 1 |
 * | `format`, `resolution` | int | coding, size of a code; see below |
 * | `size`, `duration` | number | bytes, seconds: cross-checks |
 * | `model`, `position`, `vhd` | int | model id, place of the chest piece 0..31, valvular heart disease code |
 *
 * Source: Withings OpenAPI text, operation stethov2-get. It calls the signal A-law G.711 and leaves the codes of
 * `format` and `resolution` open (its example is 1 for both). Accepted are 1, the WAVE tag of A-law (6), and a code of 8
 * bits or 1 byte: any other value says that the bytes are something else, and they would decode to noise unnoticed.
 */

import { InputError } from '../core/errors.ts';
import type { AsciiText } from '../json/json-value.ts';
import type { TextScanner } from '../json/text-scanner.ts';
import { alawToLinear } from '../kernels/alaw/index.ts';
import type { FrameColumn, StethoRecording } from '../signals/signal.ts';
import { type Fields, INT16_MAX } from './fields.ts';
import { code, type DocumentContext, recordingFacts, samplingFrequency } from './recording-facts.ts';
import { checkWhole, findOutside, signalValues } from './signal-values.ts';

/** RIFF WAVE registers 6 for A-law. */
const FORMATS: ReadonlySet<number> = new Set([1, 6]);

const RESOLUTIONS: ReadonlySet<number> = new Set([1, 8]);

const MAX_CHANNELS = 16;

/**
 * @returns `null`: pending
 * @throws InputError when the body is not that of a stethoscope recording
 */
export function readStetho(
  body: Fields,
  context: DocumentContext,
  texts: TextScanner,
  notice: (text: string) => void,
): StethoRecording | null {
  const codes = alawCodes(body, texts);
  if (codes.length === 0) return null;
  checkCoding(body);
  const channels = body.integer('channel', 1, MAX_CHANNELS) ?? 1;
  if (codes.length % channels !== 0) {
    throw new InputError(
      `${body.path('signal')}: got ${codes.length} codes, expected a multiple of ${channels} channels`,
    );
  }
  const told = body.forgiving(notice);
  const facts = recordingFacts(told, context, {
    wearPosition: null,
    heartRate: null,
    afib: null,
    systole: null,
    diastole: null,
    position: told.integer('position', 0, INT16_MAX),
    vhd: code(told, 'vhd'),
  });
  const rate = samplingFrequency(body, 'frequency', facts, 'stethoSamplingFrequency', notice);
  checkSize(told, codes.length, codes.length / channels, rate, notice);
  const pcm = new Int16Array(codes.length);
  alawToLinear(pcm, codes);
  return {
    kind: 'stetho',
    signalId: told.numericId('signalid') ?? context.signalId,
    facts,
    samplingFrequency: rate,
    channels,
    pcm,
  };
}

function alawCodes(body: Fields, texts: TextScanner): Uint8Array {
  const column = signalValues(body, 'signal', texts);
  if (column === null) return base64(body);
  checkWhole(column, -128, 255, () => body.path('signal'));
  if (!column.isWithin(0, 255)) checkOneRange(body, column.values);
  const codes = new Uint8Array(column.length);
  codes.set(column.values); // modulo 256, so that -1 is 255
  return codes;
}

function checkOneRange(body: Fields, values: FrameColumn): void {
  const negative = findOutside(values, 0, 255);
  const above = findOutside(values, -128, 127);
  if (negative >= 0 && above >= 0) {
    throw new InputError(
      `${body.path('signal')}: got ${values[negative]} at [${negative}] and ${values[above]} at [${above}], expected codes all in 0..255 or all in -128..127`,
    );
  }
}

/** RFC 4648, the plain or the URL alphabet, padded or not; strict, unlike `Buffer.from`. */
function base64(body: Fields): Uint8Array {
  const text = (body.get('signal') as string | AsciiText).toString().trim();
  const digits = text.replace(/={1,2}$/, '');
  const padded = text.length > digits.length;
  if (!/^[\w+/-]*$/.test(digits) || digits.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    body.refuse('signal', 'A-law codes: an array, a text of one, or base64');
  }
  return Buffer.from(digits, 'base64');
}

function checkCoding(body: Fields): void {
  const format = body.integer('format', 0, INT16_MAX);
  if (format !== null && !FORMATS.has(format)) body.refuse('format', 'A-law: 1 or 6');
  const resolution = body.integer('resolution', 0, INT16_MAX);
  if (resolution !== null && !RESOLUTIONS.has(resolution)) body.refuse('resolution', 'A-law codes of 8 bits: 8 or 1');
}

/** The samples are kept: they are what was recorded, the other two were derived from them. */
function checkSize(body: Fields, bytes: number, samples: number, rate: number, notice: (text: string) => void): void {
  const size = body.quantity('size');
  if (size !== null && size !== bytes) {
    notice(`${body.path('size')} says ${size} bytes, ${body.path('signal')} holds ${bytes}: kept these`);
  }
  const duration = body.quantity('duration');
  if (duration !== null && Math.abs(duration * rate - samples) > 0.5) {
    notice(
      `${body.path('duration')} says ${duration} s at ${rate} Hz, ${body.path('signal')} holds ${samples / rate} s: kept all samples`,
    );
  }
}
