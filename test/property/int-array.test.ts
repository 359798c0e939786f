import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FULL, type IntArrayReader, intArrayKernel } from '../../src/kernels/int-array/index.ts';

/** Runs; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1500);

const INPUT_BYTES = 32_768;
const ROOMS = [1, 7, 300, 8192];

/** Twins with outputs of every size; without WebAssembly only two. */
const trios = ROOMS.map((room) =>
  [intArrayKernel.reference, intArrayKernel.fast, intArrayKernel.wasm]
    .map((create) => create(INPUT_BYTES, room))
    .filter((reader) => reader !== null),
);

const int32 = fc.integer();
/** Columns as they come: constant, slowly rising, around zero, of any width. */
const values = fc.oneof(
  fc.tuple(int32, fc.nat({ max: 900 })).map(([value, length]) => Array<number>(length).fill(value)),
  fc
    .tuple(fc.nat({ max: 1e9 }), fc.nat({ max: 900 }), fc.integer({ min: 1, max: 40 }))
    .map(([first, length, every]) => Array.from({ length }, (_, i) => first + Math.trunc(i / every))),
  fc
    .integer({ min: 1, max: 9 })
    .chain((digits) =>
      fc.array(fc.integer({ min: -(10 ** digits), max: 10 ** digits }), { maxLength: 300, size: 'max' }),
    ),
  fc.array(int32, { maxLength: 300, size: 'max' }),
);

const oddToken = fc.constantFrom(
  '1.5',
  '01',
  '-',
  '',
  '-0',
  '00',
  '2147483648',
  '-2147483649',
  'null',
  '1 2',
  '--1',
  '0-',
  '[1]',
);

/** Text behind an opening bracket: an array, a token that may be odd put into it, a byte changed, the end cut off. */
const arrayText = fc
  .record({
    numbers: values,
    comma: fc.constantFrom(',', ',', ', ', ', ', ' ,', ',\n  ', ',\t'),
    odd: fc.option(fc.tuple(fc.nat(), oddToken), { freq: 4 }),
    tail: fc.constantFrom(']', ' ]', `]${' '.repeat(150)}`, `],${'7,'.repeat(90)}`),
    byte: fc.option(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { freq: 4 }),
    cut: fc.option(fc.nat(), { freq: 6 }),
  })
  .map(({ numbers, comma, odd, tail, byte, cut }) => {
    const tokens = numbers.map(String);
    if (odd !== null) tokens.splice(odd[0] % (tokens.length + 1), 0, odd[1]);
    const text = Buffer.from(tokens.join(comma) + tail);
    if (byte !== null) text[byte[0] % text.length] = byte[1];
    return text.subarray(0, cut === null ? text.length : cut % text.length).subarray(0, INPUT_BYTES);
  });

/** Each call's outcome until the array ends or needs the caller. */
function outcomes(reader: IntArrayReader, text: Uint8Array): unknown[] {
  reader.input.fill(0).set(text);
  const calls: unknown[] = [];
  for (let at = 0; ; at = reader.next) {
    const status = reader.parse(at, text.length);
    const { bits, commonBits, count, out, next } = reader;
    calls.push({ status, bits, commonBits, values: Array.from(out.subarray(0, count)), next: skipSpace(text, next) });
    if (status !== FULL) return [...calls, reader.lineFeed];
  }
}

/** A kernel may leave a space before the next value or take it. */
function skipSpace(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(String.fromCharCode(text[at]!))) at++;
  return at;
}

it('the twins give the same values, proofs and places on any text, call by call', () => {
  fc.assert(
    fc.property(arrayText, fc.constantFrom(...trios), (text, [reference, ...twins]) => {
      const expected = outcomes(reference!, text);
      for (const twin of twins) expect(outcomes(twin, text)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});
