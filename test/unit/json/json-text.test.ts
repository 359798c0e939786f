import { expect, it } from 'vitest';
import { JsonText } from '../../../src/json/json-text.ts';

it('remembers short texts without taking one for another', () => {
  // Equal in length, first, middle and last character: one place to be remembered in.
  const texts = [
    'agc_green_range',
    'aXc_green_range',
    'agc_green_raXge',
    '',
    'a',
    'aa',
    'x'.repeat(64),
    'x'.repeat(65),
  ];
  for (let round = 0; round < 3; round++) {
    for (const text of texts) {
      const input = Buffer.from(`"${text}"`);
      const reader = new JsonText();
      reader.open();
      expect(reader.read(input, 1, input.length)).toBe(input.length - 1);
      expect(reader.decode()).toBe(text);
    }
  }
});
