import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { JsonScanner } from '../../src/json/json-scanner.ts';
import type { JsonValue } from '../../src/json/json-value.ts';
import { NumberColumn } from '../../src/json/number-column.ts';

/** Runs of each test; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1500);

type Reading = { readonly value: unknown } | { readonly refused: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const scanner = new JsonScanner();

/** The platform is the judge. */
function platformReads(bytes: Uint8Array): Reading {
  try {
    return { value: comparable(JSON.parse(utf8.decode(bytes))) };
  } catch (error) {
    return { refused: String(error) };
  }
}

function scannerReads(bytes: Uint8Array, cuts: readonly number[]): Reading {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let used = 0;
  scanner.reset(0);
  try {
    for (const end of ends) {
      if (used < end && !scanner.done) used += scanner.push(bytes.subarray(used, end));
    }
    if (!scanner.done) scanner.finish();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { refused: error.message };
  }
  const rest = Buffer.from(bytes.subarray(used)).toString('latin1');
  return /^[ \t\r\n]*$/.test(rest) ? { value: comparable(scanner.value) } : { refused: 'more behind the value' };
}

/** Objects as sorted entries, columns as arrays, -0 as 0. */
function comparable(value: unknown): unknown {
  if (value instanceof NumberColumn) return comparable([...value.values]);
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== 'object') return value === 0 ? 0 : value;
  const entries = value instanceof Map ? [...(value as Map<string, JsonValue>)] : Object.entries(value);
  return { entries: entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, comparable(member)]) };
}

function expectSameReading(bytes: Uint8Array, cuts: readonly number[]): void {
  const expected = platformReads(bytes);
  const actual = scannerReads(bytes, cuts);
  const same = 'refused' in expected ? 'refused' in actual : isDeepStrictEqual(actual, expected);
  if (!same) expect({ text: Buffer.from(bytes).toString('latin1'), actual }).toEqual({ expected });
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
  fc.constantFrom('"__proto__"', '"signal"', '"constructor"', '""'),
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
