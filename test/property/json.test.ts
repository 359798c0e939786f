import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differenceOf } from '../fuzz/judge.ts';
import { fuzz } from '../fuzz/run.ts';

/** Runs of each test; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1500);

function expectSameReading(bytes: Uint8Array, cuts: readonly number[]): void {
  const difference = differenceOf(bytes, cuts);
  if (difference !== null) expect({ text: Buffer.from(bytes).toString('latin1'), difference }).toBeNull();
}

const space = fc.constantFrom('', '', '', '', ' ', '\n', '\r\n  ', '\t');

const numberText = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -40, max: 40 }).map(String) },
  { weight: 6, arbitrary: fc.integer().map(String) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  fc.constantFrom('-0', '0.0', '1.0', '1e2', '1E+2', '1e-2', '2147483647', '2147483648', '-2147483648', '-2147483649'),
  fc.constantFrom('4294967295', '1e999', '12345678901234567890', '01', '-', '1.', '.5', '+1', '1e', '0x1', '-01'),
);

/** Text as the kernel likes it: long, regular arrays. */
const numbersText = fc
  .tuple(
    fc.oneof(
      fc.array(numberText, { maxLength: 12 }),
      fc
        .tuple(fc.integer({ min: 0, max: 99_999_999 }), fc.integer({ min: 0, max: 90 }))
        .map(([first, count]) => Array.from({ length: count }, (_, i) => String(first + ((i * 7) % 5)))),
      fc.tuple(numberText, fc.integer({ min: 0, max: 150 })).map(([text, count]) => Array<string>(count).fill(text)),
      fc.array(fc.integer({ min: -3000, max: 3000 }).map(String), { maxLength: 60 }),
    ),
    fc.constantFrom(',', ',', ', ', ' ,', ',\n', ',  '),
    space,
  )
  .map(([texts, comma, padding]) => `[${padding}${texts.join(comma)}${padding}]`);

const stringText = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"\\ud800"',
    '"\\u00e9\\/"',
    '"\\x"',
    '"\\u12g4"',
    '"\u2028"',
    '"\\',
    '"a\nb"',
    '"\ufeff"',
    '"\\"',
    '"é"',
  ),
  fc.constantFrom('"__proto__"', '"signal"', '"data"', '"constructor"', '""'),
);

const documentText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(numbersText, numberText, stringText, fc.constantFrom('true', 'false', 'null', 'nul', '')),
    fc.tuple(fc.array(tie('value'), { maxLength: 5 }), space).map(([items, pad]) => `[${items.join(`,${pad}`)}${pad}]`),
    fc
      .tuple(fc.array(fc.tuple(stringText, tie('value')), { maxLength: 5 }), space)
      .map(([members, pad]) => `{${pad}${members.map(([key, value]) => `${key}${pad}:${value}`).join(',')}}`),
  ),
})).value;

const cuts = fc.array(fc.nat({ max: 4000 }), { maxLength: 8 });

it('reads what the platform reads, and refuses what it refuses, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.tuple(space, documentText, space), cuts, ([before, text, after], where) => {
      expectSameReading(Buffer.from(before + text + after), where);
    }),
    { numRuns: RUNS },
  );
});

it('agrees with the platform after any byte is changed, put in or left out, and when the end is missing', () => {
  const change = fc.tuple(fc.constantFrom('replace', 'insert', 'delete', 'truncate'), fc.nat(), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(fc.oneof(documentText, numbersText), change, cuts, (text, [how, position, byte], where) => {
      const bytes = [...Buffer.from(text)];
      const at = position % Math.max(bytes.length, 1);
      if (how === 'replace') bytes[at] = byte;
      else if (how === 'insert') bytes.splice(at, 0, byte);
      else if (how === 'delete') bytes.splice(at, 1);
      else bytes.length = at;
      expectSameReading(Uint8Array.from(bytes), where);
    }),
    { numRuns: RUNS },
  );
});

it('reads a document that comes byte by byte', () => {
  fc.assert(
    fc.property(documentText, (text) => {
      const bytes = Buffer.from(text);
      expectSameReading(
        bytes,
        Array.from(bytes, (_, i) => i),
      );
    }),
    { numRuns: Math.ceil(RUNS / 5) },
  );
});

/** `npm run fuzz` goes on for a million and more. */
it('agrees with the platform in the short form of the long run', () => {
  const { cases, differences } = fuzz(RUNS * 10, Number(process.env['FUZZ_SEED'] ?? 1));
  expect(differences).toEqual([]);
  expect(cases).toBe(RUNS * 10);
});
