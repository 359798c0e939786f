import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../src/cli/options.ts';

describe('the time of an option', () => {
  it.each([
    ['2026-11-01', 1793491200],
    ['2026-11-01T08:30Z', 1793521800],
    ['2026-11-01T08:30:07+01:00', 1793518207],
    ['1793491200', 1793491200],
    ['0', 0],
  ])('is taken: %s', (text, seconds) => {
    expect(parseTime(text)).toBe(seconds);
  });

  it.each([
    '20260301',
    '2026',
    '202603',
    '2026-02-30',
    '2026-11-31T08:30Z',
    '2026-11-01T24:00Z',
    '2026-11-01T08:30',
    '1969-12-31',
    '-1',
    '',
  ])('is refused: %j', (text) => {
    expect(() => parseTime(text)).toThrow('Expected a date such as 2026-11-01');
  });
});
