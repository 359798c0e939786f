import { describe, expect, it } from 'vitest';
import { JsonScanner } from '../../../src/json/json-scanner.ts';
import { AsciiText, type JsonObject, type JsonValue, NestedJson } from '../../../src/json/json-value.ts';
import type { NumberColumn } from '../../../src/json/number-column.ts';
import { TextScanner } from '../../../src/json/text-scanner.ts';

const KEYS = new Map([
  ['data', '{['],
  ['signal', '['],
]);

const texts = new TextScanner();

/** Columns stay valid as long as their scanner. */
function scan(bytes: string | Uint8Array, chunkLength = Number.POSITIVE_INFINITY): JsonObject {
  const scanner = new JsonScanner(null, KEYS);
  const input = Buffer.from(bytes);
  for (let from = 0; from < input.length; from += chunkLength) scanner.push(input.subarray(from, from + chunkLength));
  return scanner.finish() as JsonObject;
}

function nested(document: JsonObject, key = 'data'): JsonValue {
  const value = document.get(key);
  if (!(value instanceof NestedJson)) throw new Error(`${key} was not read on the way`);
  return texts.scan(value, key);
}

function columnOf(value: JsonValue, key: string): number[] {
  return [...((value as JsonObject).get(key) as NumberColumn).values];
}

describe('a text of JSON', () => {
  it('is read on the way where its key and first character say so', () => {
    const document = scan('{"data":"{\\"a\\":[1,2],\\"b\\":null}","signal":"[7]","other":"[1]","x":{"signal":"7,8"}}');
    expect(columnOf(nested(document), 'a')).toEqual([1, 2]);
    expect(document.get('signal')).toBe('[7]'); // one at a time
    expect(document.get('other')).toBe('[1]');
    expect((document.get('x') as JsonObject).get('signal')).toBe('7,8');
    expect(scan('{"signal":"{}","data":["[1]"]}').get('signal')).toBe('{}');
  });

  it('is the same however its bytes are cut, and larger than a window', () => {
    const values = Array.from({ length: 120_000 }, (_, i) => ((i * 7919) % 70_000) - 35_000);
    const inner = { é: 'q"\\\n\u2028😀', 'a b': values, flags: [true, 1.5], z: values.slice(0, 30) };
    const text = JSON.stringify({ data: JSON.stringify(inner), more: [1, 2, 3] });
    for (const chunkLength of [text.length, 65_537, 4099]) {
      const document = scan(text, chunkLength);
      const value = nested(document) as JsonObject;
      expect([...value.keys()]).toEqual(Object.keys(inner));
      expect(columnOf(value, 'a b')).toEqual(values);
      expect(columnOf(value, 'z')).toEqual(inner.z);
      expect(value.get('é')).toBe(inner.é);
      expect(value.get('flags')).toEqual([true, 1.5]);
      expect(columnOf(document, 'more')).toEqual([1, 2, 3]);
    }
  });

  it.each(['\\u005b1,\\u0020\\t2]', '[\\u0031,2\\u005d', '[1\\n,\\r2] \\n'])('may have any escapes: %s', (text) => {
    const value = scan(`{"signal":"${text}"}`, 1).get('signal') as JsonValue;
    const read = texts.scan(value as string | NestedJson, 'signal');
    expect([...(read as NumberColumn).values]).toEqual([1, 2]);
  });

  it('has U+FFFD in place of half a surrogate pair, as when it is written to UTF-8', () => {
    const text = String.raw`[\"\ud83d\ude00\",\"\ud83d\",\"\ud83dx\",\"\ud83d\u0041\",\"\ude00\ud83d\"]`;
    expect(nested(scan(`{"data":"${text}"}`, 1))).toEqual(['😀', '\ufffd', '\ufffdx', '\ufffdA', '\ufffd\ufffd']);
  });

  it('forgets its columns with the element that it stood in', () => {
    const seen: number[][] = [];
    const stream = {
      listNames: new Set<string>(),
      elementColumnLimit: () => 100,
      element: (_: unknown, value: JsonValue) => seen.push(columnOf(nested(value as JsonObject), 'a')),
    };
    const scanner = new JsonScanner(stream, KEYS);
    scanner.push(Buffer.from(String.raw`[{"data":"{\"a\":[1,2]}"},{"data":"{\"a\":[3]}"}]`));
    expect(seen).toEqual([[1, 2], [3]]);
  });
});

describe('a long text beside', () => {
  const list = Array.from({ length: 40 }, (_, i) => i - 20);

  function kept(document: string, chunkLength?: number): AsciiText {
    const value = scan(document, chunkLength).get('signal');
    if (!(value instanceof AsciiText)) throw new Error('the text did not stay bytes');
    return value;
  }

  it('stays bytes, however they are cut', () => {
    const text = ` ${list.join(', ')} `;
    for (const chunkLength of [1, 7, 1000]) {
      const value = kept(`{"data":"[1]","signal":"${text}","more":"x"}`, chunkLength);
      expect(String(value)).toBe(text);
      expect([...(texts.numbers(value)?.values ?? [])]).toEqual(list);
    }
  });

  it('is JSON for who wants that', () => {
    expect([...(texts.scan(kept(`{"signal":"${' '.repeat(70)}[1,2]"}`), 'signal') as NumberColumn).values]).toEqual([
      1, 2,
    ]);
    expect(() => texts.scan(kept(`{"signal":"${'x'.repeat(70)}"}`), 'signal')).toThrow(
      'signal: the text it holds is not JSON at byte 0: got "x", expected a value',
    );
  });

  it.each(['x', ',', ' ', '1', '1,2]', '[1,2', '1,[2]', '1,', ',1', '1,2] ,[3', '1,null'])(
    'is no list of numbers: %j',
    (text) => {
      expect(texts.numbers(kept(`{"signal":"${text.padStart(70)}"}`))).toBeNull();
    },
  );

  it('is a string where it has escapes or other than ASCII, where its key is another, and while it is short', () => {
    const text = list.join(',');
    for (const odd of ['\\u0031', '\\n', 'é']) {
      expect(scan(`{"signal":"${text}${odd}"}`).get('signal')).toBe(JSON.parse(`"${text}${odd}"`));
    }
    expect(scan(`{"other":"${text}"}`).get('other')).toBe(text);
    expect(scan(`{"signal":"${'1,'.repeat(32)}"}`).get('signal')).toBe('1,'.repeat(32));
    expect(scan(`["${text}"]`)).toEqual([text]);
  });
});

describe('a text that is not JSON', () => {
  it.each([
    ['[1,x]', 'data: the text it holds is not JSON at byte 3 in [1]: got "x", expected a value'],
    [
      '{\\"a\\":[1,2',
      'data: the text it holds is truncated JSON: the text ends at byte 9 in a[1], expected a number; fetch it again',
    ],
    [
      '{\\"a\\":tr',
      'data: the text it holds is truncated JSON: the text ends at byte 7 in a, expected a value; fetch it again',
    ],
    ['[] []', 'data: the text it holds is not JSON: got more behind the end of the value'],
    ['[\\"\\\\x\\"]', 'data: the text it holds is not JSON at byte 2 in [0]: got "\\", expected an escape of JSON'],
  ])('is no fault of its document: %s', (text, message) => {
    for (const chunkLength of [1, 1000]) {
      const document = scan(`{"data":"${text}","more":[1]}`, chunkLength);
      expect(columnOf(document, 'more')).toEqual([1]);
      expect(() => nested(document)).toThrow(message);
    }
  });

  it.each([
    ['control character', '{"data":"[1,\n2]"}', 12, '"\\u000a"'],
    ['bad escape', '{"data":"[1,\\x2]"}', 12, '"\\"'],
    ['bad hex digit', '{"data":"[1,\\u00g0]"}', 12, '"\\"'],
    ['ill-formed UTF-8', Buffer.from('{"data":"[\\"\xe9\\"]"}', 'latin1'), 12, 'byte 0xe9'],
  ])('as a text is a fault of its document: %s', (_, bytes, at, got) => {
    for (const chunkLength of [1, 5, 1000]) {
      expect(() => scan(bytes, chunkLength)).toThrow(`not JSON at byte ${at} in data: got ${got}, expected`);
    }
  });

  it('as a text without an end is a fault of its document', () => {
    for (const text of ['{"data":"[1,2', '{"data":"[1]', '{"data":"[1]\\', '{"data":"[x\\u00']) {
      expect(() => scan(text, 3)).toThrow(
        `truncated JSON: the input ends at byte ${text.length} in data, expected the closing`,
      );
    }
  });
});
