import { expect, it } from 'vitest';
import * as api from 'withings-signals';

/** Names that callers were promised: taking one away is a new major version. */
const PROMISED = [
  'butter',
  'convert',
  'decodeAlaw',
  'decodeResponse',
  'encodeAlaw',
  'firwin',
  'iirnotch',
  'openPool',
  'resamplePoly',
  'rfft',
  'sosfilt',
  'sosfiltfilt',
  'welch',
];

it('exports every promised name', () => {
  expect(Object.keys(api)).toEqual(expect.arrayContaining(PROMISED));
});

it('exports nothing by accident: new names are added to public-api.txt on purpose', async () => {
  const names = Object.entries(api).map(([name, value]) => `${name}: ${typeof value}\n`);
  await expect(names.toSorted().join('')).toMatchFileSnapshot('public-api.txt');
});
