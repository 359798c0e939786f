import { expect, it } from 'vitest';
import { inexactPowers } from './powers.ts';
import { readSources } from './sources.ts';

it('no result hangs on the last digit of a power', () => {
  const found = [...readSources(['src', 'workers'])].flatMap(([path, text]) => inexactPowers(path, text));
  expect(found).toEqual([]);
});

it.each(['x ** n', 'x ** 3', 'x ** 0.5', '10 ** n', 'x **= n', 'Math.pow(x, 2)', 'list.reduce(Math.pow)'])(
  '%s is found',
  (text) => {
    expect(inexactPowers('a.ts', `\nconst y = ${text};`)).toEqual([expect.stringMatching(/^a\.ts:2: a power/)]);
  },
);

it.each([
  '2 ** 32',
  '2 ** -n',
  '4 ** rung',
  'x ** 2',
  '(a - b) ** 2',
  'x **= 2',
  '10n ** n',
  'other.pow(x, 3)',
  "'x ** 3'",
])('%s passes', (text) => {
  expect(inexactPowers('a.ts', `const y = ${text};`)).toEqual([]);
});
