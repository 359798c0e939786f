import { describe, expect, it } from 'vitest';
import { readDateTime } from '../../../src/core/date-time.ts';

const DAY_MS = 86_400_000;
const secondsOf = (text: string): number | undefined => readDateTime(text)?.unixSeconds;

describe('a date as text', () => {
  it('is that day, on each day from 1970 to 2106', () => {
    const wrong: string[] = [];
    for (let ms = 0; ms <= Date.UTC(2106, 11, 31); ms += DAY_MS) {
      const day = new Date(ms).toISOString().slice(0, 10);
      if (secondsOf(day) !== ms / 1000) wrong.push(day);
    }
    expect(wrong).toEqual([]);
  });

  it('is refused on each day that no calendar has', () => {
    // What is no day of a year is what walking that year day by day does not come by.
    const taken: string[] = [];
    const two = (value: number): string => String(value).padStart(2, '0');
    for (const year of [1970, 1999, 2000, 2023, 2024, 2026, 2099, 2100]) {
      const days = new Set<string>();
      for (let ms = Date.UTC(year, 0, 1); ms < Date.UTC(year + 1, 0, 1); ms += DAY_MS) {
        days.add(new Date(ms).toISOString().slice(0, 10));
      }
      for (let month = 0; month < 100; month++) {
        for (let day = 0; day < 100; day++) {
          const text = `${year}-${two(month)}-${two(day)}`;
          if (days.has(text) !== (readDateTime(text) !== null)) taken.push(text);
        }
      }
    }
    expect(taken).toEqual([]);
  });

  it.each([
    ['2024-02-29T23:59:59Z', 1709251199],
    ['2024-02-29T23:59:59.9999Z', 1709251199.999],
    ['2024-03-01 08:30', 1709281800],
    ['2024-03-01T08:30+05:30', 1709262000],
    ['2024-03-01T08:30-0330', 1709294400],
    ['2024-03-01T08:30-00:30', 1709283600],
    ['2024-03-01T08:30 +14', 1709231400],
    ['2024-03-01Z', 1709251200],
    ['1970-01-01T00:00+01:00', -3600],
  ])('says when: %s', (text, seconds) => {
    // By `date -u -d <text> +%s`.
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each([
    '2023-02-29',
    '2023-02-29T12:00:00Z',
    '2023-06-31 12:00 +02:00',
    '0000-01-01',
    '0070-01-01T00:00Z',
    '2023-01-01T24:00Z',
    '2023-01-01T24:00:00+02:00',
    '2023-01-01T25:00Z',
    '2023-01-01T12:60Z',
    '2016-12-31T23:59:60Z',
    '2023-01-01T12:00+14:01',
    '2023-01-01T12:00-24:00',
    '2023-01-01T12:00+99:00',
    '2023-01-01T12:00+01:60',
    '2023-01-01T12Z',
    '2023-1-1',
    '20230101',
    '2023-01-01T12:00:00.1234567890Z',
    'tomorrow',
    '',
  ])('is refused: %j', (text) => {
    expect(readDateTime(text)).toBeNull();
  });
});
