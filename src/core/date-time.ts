/** Dates and times as people write them, to Unix seconds: the one place that reads them. */

export type DateTime = {
  /** A fraction is cut to whole milliseconds. What names no zone is read as UTC, never in the zone of this machine. */
  readonly unixSeconds: number;
  readonly hasTime: boolean;
  readonly hasZone: boolean;
};

/** ISO 8601, extended format: a date; with it, or not, a time of day; with it, or not, a zone. A space may stand for the `T`. */
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(?:(Z)|([+-]\d\d)(?::?(\d\d))?)?$/;

/** No clock on Earth is farther from UTC (XML Schema 1.1, part 2, 3.3.7). */
const MAX_OFFSET_MINUTES = 14 * 60;

/**
 * Reads `2026-11-01`, `2026-11-01T08:30Z`, `2026-11-01 08:30:15.250 +01:00` and what lies between. A day that the calendar does
 * not have, an hour above 23, and a minute or second above 59 (Unix time has no leap seconds) are no time at all: they are
 * never moved to the next one, as `Date.parse` does with some of them.
 *
 * @returns `null`: `text` is not of this form, or there is no such time
 */
export function readDateTime(text: string): DateTime | null {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', utc, offsetHours, offsetMinutes] = parts;
  const midnight = midnightOf(Number(year), Number(month), Number(day));
  const ofDay = secondOfDay(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
  const offset = offsetSeconds(offsetHours ?? '+00', Number(offsetMinutes ?? 0));
  if (midnight === null || ofDay === null || offset === null) return null;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return {
    unixSeconds: ((midnight + ofDay - offset) * 1000 + milliseconds) / 1000,
    hasTime: hour !== undefined,
    hasZone: utc !== undefined || offsetHours !== undefined,
  };
}

/** A year, month or day as ISO 8601 has it without dashes, `2024`, `20240304`: as seconds each would be of 1970. */
const CALENDAR = /^(?:19|20|21)\d\d(?:\d\d){0,2}$/;

/** Whole Unix seconds in digits. @returns `null`: `text` is not of this form, or reads as a year, month or day */
export function readUnixSeconds(text: string): number | null {
  return /^\d{1,12}$/.test(text) && !CALENDAR.test(text) ? Number(text) : null;
}

function midnightOf(year: number, month: number, day: number): number | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  // It takes month 13, day 31 of any month and years below 100 as others.
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() / 1000 : null;
}

function secondOfDay(hour: number, minute: number, second: number): number | null {
  return hour < 24 && minute < 60 && second < 60 ? 3600 * hour + 60 * minute + second : null;
}

/** @param hours with its sign, which `-00` has as well */
function offsetSeconds(hours: string, minutes: number): number | null {
  const offset = 60 * Math.abs(Number(hours)) + minutes;
  if (minutes >= 60 || offset > MAX_OFFSET_MINUTES) return null;
  return hours.startsWith('-') ? -60 * offset : 60 * offset;
}
