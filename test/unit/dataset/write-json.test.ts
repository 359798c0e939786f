import { describe, expect, it } from 'vitest';
import { jsonPieces } from '../../../src/dataset/write-json.ts';

const VALUES: Readonly<Record<string, object>> = {
  'nothing at all': {},
  'members that are not there': { a: undefined, b: null, c: undefined },
  'lists, empty and nested': { empty: [], files: [{ path: 'a', of: [1, [2], []] }, 'b', null, 3], name: 'x' },
  'line feeds and other lines in texts': {
    inputs: [{ reason: 'one\ntwo\r\n\u2028 three' }],
    'a "name"': { b: 'c\nd' },
  },
  'objects in objects': { plan: { kinds: ['ecg'], processing: { ecg: { band: [0.5, 40], notch: null } } } },
};

describe('a JSON text in pieces', () => {
  for (const [name, value] of Object.entries(VALUES)) {
    it(`is that of JSON.stringify: ${name}`, () => {
      for (const indent of [0, 1, 2]) {
        expect([...jsonPieces(value, indent)].join('')).toBe(JSON.stringify(value, null, indent));
      }
    });
  }

  it('takes what a generator yields for a list', () => {
    const some = [{ a: 1 }, { a: 2 }];
    for (const list of [some, []]) {
      expect([...jsonPieces({ list: list.values(), end: true }, 1)].join('')).toBe(
        JSON.stringify({ list, end: true }, null, 1),
      );
    }
  });
});
