import { expect, it } from 'vitest';
import { JsonText } from '../../../src/json/json-text.ts';
import { createIntArrayReader } from '../../../src/kernels/int-array/index.ts';

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
  const kernel = createIntArrayReader(100, 1, 'brief');
  for (let round = 0; round < 3; round++) {
    for (const text of texts) {
      kernel.input.set(Buffer.from(`"${text}"`));
      const reader = new JsonText();
      reader.open();
      expect(reader.read(kernel, 1, text.length + 2)).toBe(text.length + 1);
      expect(reader.decode()).toBe(text);
    }
  }
});

it.each(['brief', 'long'] as const)('goes on with an escape behind a piece without a byte: %s reads', (use) => {
  const kernel = createIntArrayReader(100, 1, use);
  const text = new JsonText();
  text.open();
  for (const piece of ['a\\', '', '"b"']) {
    kernel.input.fill(0);
    kernel.input.set(Buffer.from(piece));
    text.read(kernel, 0, piece.length);
  }
  expect(text.decode()).toBe('a"b');
});
