import { describe, expect, it } from 'vitest';
import type { JsonStream } from '../../../src/json/json-builder.ts';
import { JsonScanner } from '../../../src/json/json-scanner.ts';
import type { JsonObject, JsonPath, JsonValue } from '../../../src/json/json-value.ts';
import { NumberColumn } from '../../../src/json/number-column.ts';

function scan(text: string, stream: JsonStream | null = null): JsonValue {
  const scanner = new JsonScanner(stream);
  scanner.push(Buffer.from(text));
  return scanner.finish();
}

function member(value: JsonValue, key: string): JsonValue | undefined {
  return (value as JsonObject).get(key);
}

function columnOf(text: string): NumberColumn['values'] {
  const value = scan(text);
  if (!(value instanceof NumberColumn)) throw new Error(`${text} gave no column`);
  return value.values;
}

describe('arrays of numbers', () => {
  it('are int32 columns as long as every value is a whole int32, however it is written', () => {
    expect(columnOf('[1, 1e2, -3.0, 2147483647, -2147483648, -0]')).toEqual(
      Int32Array.of(1, 100, -3, 2147483647, -2147483648, 0),
    );
  });

  it.each([
    ['[1,2.5]', [1, 2.5]],
    ['[1,2147483648]', [1, 2147483648]],
    ['[1e999,7]', [Infinity, 7]],
    ['[1656329019123,1]', [1656329019123, 1]],
  ])('become float64 columns by a value that is not: %s', (text, values) => {
    expect(columnOf(text)).toEqual(Float64Array.from(values));
  });

  it('grow over many blocks of the kernel, also after a change of type', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => (i === 50_000 ? 0.5 : (i * 7919) % 65_536));
    expect(columnOf(JSON.stringify(values))).toEqual(Float64Array.from(values));
  });

  it('are plain arrays when anything else stands among them, and when empty', () => {
    expect(scan('[1,2,null,3]')).toEqual([1, 2, null, 3]);
    expect(scan('["a",1]')).toEqual(['a', 1]);
    expect(scan('[]')).toEqual([]);
  });

  it('may hold more white space than a read of the input', () => {
    expect(columnOf(`[1${' '.repeat(600_000)},${'\n'.repeat(600_000)}2]`)).toEqual(Int32Array.of(1, 2));
  });
});

describe('objects', () => {
  it('keep the last of equal keys, and no key means anything special', () => {
    const value = scan('{"a":1,"__proto__":{"polluted":true},"a":2,"constructor":3}');
    expect([...(value as JsonObject).keys()]).toEqual(['a', '__proto__', 'constructor']);
    expect(member(value, 'a')).toBe(2);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('texts', () => {
  it('longer than a read of the input are whole, with escapes and characters of any width', () => {
    const text = 'aé😀"\\\n\ud800'.repeat(100_000);
    expect(scan(JSON.stringify(text))).toBe(text);
  });

  it('keep lone surrogates written as escapes', () => {
    expect(scan('"\\ud800"')).toBe('\ud800');
  });

  it.each([
    ['"ab\\x"', 'not JSON at byte 3: got "\\", expected an escape of JSON'],
    ['"\\u12g4"', 'not JSON at byte 1: got "\\", expected an escape of JSON'],
    ['"a\tb"', 'not JSON at byte 2: got "\\u0009", expected no control character in a text'],
  ])('with a fault are refused where it stands: %s', (text, message) => {
    expect(() => scan(text)).toThrow(message);
    expect(() => scan(`{"k":[true,${text}]}`)).toThrow('in k[1]');
  });

  it.each([
    ['over-long', [0xc0, 0x80], 1],
    ['over-long', [0xe0, 0x9f, 0xbf], 1],
    ['surrogate', [0xed, 0xa0, 0x80], 1],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80], 1],
    ['cut short', [0x61, 0xe2, 0x82], 2],
    ['lone continuation', [0x61, 0x62, 0x80], 3],
  ])('that are not UTF-8 are refused where the sequence begins (%s)', (_, bytes, at) => {
    const scanner = new JsonScanner();
    expect(() => scanner.push(Uint8Array.of(0x22, ...bytes, 0x22))).toThrow(`not JSON at byte ${at}: got byte 0x`);
  });
});

describe('elements handed out', () => {
  const rows = (seen: unknown[]): JsonStream => ({
    listNames: new Set(['rows']),
    elementColumnLimit: (path) => (path.at(-1) === 'rows' ? 5 : null),
    element: (path: JsonPath, value: JsonValue) => {
      seen.push([path.join('.'), value instanceof NumberColumn ? [...value.values] : value]);
    },
  });

  it('come one by one, with the path of their array, and are not kept', () => {
    const seen: unknown[] = [];
    const value = scan('{"a":{"rows":[1,"x",[2,3],{"b":4}]},"c":[5]}', rows(seen));
    expect(seen).toEqual([
      ['a.rows', 1],
      ['a.rows', 'x'],
      ['a.rows', [2, 3]],
      ['a.rows', new Map([['b', 4]])],
    ]);
    expect(member(member(value, 'a') as JsonValue, 'rows')).toEqual([]);
    expect(member(value, 'c')).toBeInstanceOf(NumberColumn);
  });

  it('have a limit of samples of their own; what stands outside keeps its columns', () => {
    const seen: unknown[] = [];
    const value = scan('{"before":[1,2,3,4,5,6],"rows":[[1,2,3,4,5],[6]],"behind":[1,2,3,4,5,6]}', rows(seen));
    expect(seen).toEqual([
      ['rows', [1, 2, 3, 4, 5]],
      ['rows', [6]],
    ]);
    for (const key of ['before', 'behind']) {
      expect((member(value, key) as NumberColumn).values).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6));
    }
    expect(() => scan('{"rows":[[1,2,3,4,5,6]]}', rows([]))).toThrow('too many samples at byte');
  });
});

it('forgets what an element took: any number of them may follow one another', () => {
  let elements = 0;
  const stream: JsonStream = {
    listNames: new Set(),
    elementColumnLimit: () => 10,
    element: () => void elements++,
  };
  const scanner = new JsonScanner(stream);
  const chunk = Buffer.from('{"text":"0123456789","more":{"column":null}},'.repeat(20_000));
  scanner.push(Buffer.from('['));
  for (let i = 0; i < 25; i++) scanner.push(chunk);
  scanner.push(Buffer.from('0]'));
  expect(scanner.done).toBe(true);
  expect(elements).toBe(500_001);
});

describe('one scanner', () => {
  it('stops behind the value and tells where', () => {
    const scanner = new JsonScanner();
    expect(scanner.push(Buffer.from('  {"a":1} rest'))).toBe(9);
    expect(scanner.done).toBe(true);
    expect(scanner.push(Buffer.from('more'))).toBe(0);
  });

  it('reads document after document, also behind a fault', () => {
    const scanner = new JsonScanner();
    expect(() => scanner.push(Buffer.from('{"a":[1,2,"'))).not.toThrow();
    scanner.reset(0);
    expect(() => scanner.push(Buffer.from('}'))).toThrow('not JSON at byte 0');
    scanner.reset(100);
    scanner.push(Buffer.from('[7,8]'));
    expect((scanner.finish() as NumberColumn).values).toEqual(Int32Array.of(7, 8));
    scanner.reset(100);
    expect(() => scanner.push(Buffer.from(' x'))).toThrow('not JSON at byte 101');
  });

  it('takes 64 open brackets and no more', () => {
    expect(() => scan('['.repeat(64) + ']'.repeat(64))).not.toThrow();
    expect(() => scan('['.repeat(65))).toThrow('nested too deeply at byte 64');
  });
});
