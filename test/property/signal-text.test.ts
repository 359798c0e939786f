import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answer, type Collected, collect, cutUp } from '../unit/decode/collecting-sink.ts';

/** Runs of each test; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);

const numberText = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: -128, max: 127 }).map(String) },
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 255 }).map(String) },
  { weight: 2, arbitrary: fc.integer().map(String) },
  fc.constantFrom('-0', '0.0', '1.5', '1e2', '2147483648', '-2147483649', '1e999', '12345678901234567890'),
);

/** Two numbers and more, some lists too short to be kept as bytes. */
const list = fc
  .tuple(
    fc.oneof(
      fc.array(numberText, { minLength: 2, maxLength: 60 }),
      fc.array(fc.integer({ min: -128, max: 127 }).map(String), { minLength: 40, maxLength: 400 }),
    ),
    fc.constantFrom(',', ',', ', ', ' ,', ' , '),
    fc.constantFrom('', '', ' ', ' '.repeat(70)),
  )
  .map(([numbers, comma, space]) => `${space}${numbers.join(comma)}${space}`);

/** What makes a list something else, or a text that may not stay bytes. */
const odd = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    ',',
    ',,',
    '-',
    '.',
    'e',
    '+1',
    '01',
    '[',
    ']',
    '] ,[',
    '[1]',
    '1 2',
    'x',
    'null',
    '"',
    '\\',
  ),
  fc.constantFrom('\n', '\t', '\u00a0', '\ufeff', '\u007f', 'é', '\u2028', '/', '=', '2020-01-01', '9'.repeat(5000)),
  fc.string({ unit: 'binary', maxLength: 2 }),
);

const text = fc.oneof(
  list,
  fc
    .tuple(list, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), odd), { minLength: 1, maxLength: 2 }))
    .map(([good, changes]) => changes.reduce(changed, good)),
  fc.uint8Array({ maxLength: 200 }).map((codes) => Buffer.from(codes).toString('base64')),
  fc.nat({ max: 99_999_999 }).map((number) => String(number).padStart(80)),
  fc.constantFrom(80, 3).map((spaces) => ' '.repeat(spaces)),
);

function changed(good: string, [position, length, put]: readonly [number, number, string]): string {
  const at = position % (good.length + 1);
  return good.slice(0, at) + put + good.slice(at + length);
}

/** What stands around the signal: an ECG, a stethoscope recording, and a frame where it is no column. */
const document = fc.constantFrom(
  (signal: string) => `{"signal":${signal},"sampling_frequency":300}`,
  (signal: string) => `{"signal":${signal},"frequency":4000,"model":44}`,
  (signal: string) => `{"signal":"7,8","response":{"status":0,"body":{"model":93,"signal":"[9]","signal":${signal}}}}`,
  (signal: string) =>
    `{"rawdata":[{"type":1,"data":{"acc_x":[1],"acc_y":[2],"acc_z":[3],"id":[4],"timestamp":[5],"signal":${signal}}}]}`,
);

const cuts = fc.oneof(
  fc.array(fc.nat({ max: 2000 }), { maxLength: 6 }),
  fc.nat({ max: 300 }).map((from) => Array.from({ length: 60 }, (_, i) => from + i)),
);

function read(json: string, where: readonly number[]): Collected {
  return collect(cutUp(Buffer.from(json), where));
}

/** With its first character as an escape: a text that becomes a string. */
function escaped(signal: string): string {
  const first = signal.charCodeAt(0).toString(16).padStart(4, '0');
  return signal === '' ? '""' : `"\\u${first}${JSON.stringify(signal.slice(1)).slice(1)}`;
}

it('is the same whether it stays bytes or becomes a string, however it is cut', () => {
  fc.assert(
    fc.property(document, text, cuts, (around, signal, where) => {
      expect(read(around(JSON.stringify(signal)), where)).toEqual(read(around(escaped(signal)), []));
    }),
    { numRuns: RUNS },
  );
});

it('is the same with and without brackets, and as an array', () => {
  const recordings = fc.constantFrom({ sampling_frequency: 300 }, { frequency: 4000 });
  fc.assert(
    fc.property(recordings, list, cuts, (beside, signal, where) => {
      const bracketed = JSON.stringify(answer({ signal: `[${signal}]`, ...beside }));
      const bare = read(JSON.stringify(answer({ signal, ...beside })), where);
      expect(bare).toEqual(read(bracketed, where));
      expect(bare).toEqual(read(bracketed.replace('"[', '[').replace(']"', ']'), where));
    }),
    { numRuns: RUNS },
  );
});
