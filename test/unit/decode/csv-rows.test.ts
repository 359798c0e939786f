import { describe, expect, it } from 'vitest';
import { CsvRows } from '../../../src/decode/csv-rows.ts';

function rowsOf(text: string, wanted?: readonly boolean[]): string[][] {
  const rows: string[][] = [];
  const csv = new CsvRows(0, (fields) => rows.push([...fields]));
  if (wanted !== undefined) csv.want(wanted);
  csv.push(Buffer.from(text));
  csv.finish();
  return rows;
}

describe('rows of RFC 4180', () => {
  it.each([
    [
      'aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    [
      'aaa,bbb,ccc\r\nzzz,yyy,xxx',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    [
      '"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx',
      [
        ['aaa', 'b\r\nbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    ['"aaa","b""bb","ccc"', [['aaa', 'b"bb', 'ccc']]],
    ['a, b ,c\n', [['a', ' b ', 'c']]],
    ['a,"b\r"\r\n', [['a', 'b\r']]],
    [',\n""\n\n\r\na,', [['', ''], [''], ['a', '']]],
    ['a"b,c\n', [['a"b', 'c']]],
  ])('%j', (text, rows) => {
    expect(rowsOf(text)).toEqual(rows);
  });

  it('keep nothing of columns that are not wanted', () => {
    expect(rowsOf('a,"b,""x""",c\n1,2,3\n', [true, false, true])).toEqual([
      ['a', '', 'c'],
      ['1', '', '3'],
    ]);
  });
});
