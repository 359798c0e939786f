/** Options that commands share: their parsers, and what goes to which stream. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { readDateTime, readUnixSeconds } from '../core/date-time.ts';
import { escapeControls } from '../core/errors.ts';
import { LAST_SECOND } from '../core/reading.ts';
import { ECG_HZ } from '../dsp/presets.ts';

export type CommonOptions = { readonly quiet?: boolean; readonly json?: boolean; readonly debug?: boolean };

/** `--quiet`, `--json` and `--debug`, the same on every command. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--quiet', 'no progress and no summary; errors only')
    .option('--json', 'one JSON document on standard output, nothing else there')
    .addOption(new Option('--debug', 'show the stack of an error').hideHelp());
}

export function parseList<T extends string>(choices: readonly T[]): (text: string) => readonly T[] {
  return (text) => {
    const words = text.split(',').map((word) => word.trim());
    for (const word of words) {
      if (!choices.some((choice) => choice === word)) {
        throw new InvalidArgumentError(`Expected a comma-separated list of ${choices.join(', ')}.`);
      }
    }
    return words as T[];
  };
}

// The words that stand for leaving something out come back as they are: Commander takes a `null` for a text that is missing.

/** `0.5-40`, or `none`. */
export function parseBand(text: string): readonly [number, number] | 'none' {
  if (text === 'none') return text;
  const [low, high, ...rest] = text.split('-').map(hertz);
  if (low === undefined || high === undefined || rest.length > 0 || !(low < high)) {
    throw new InvalidArgumentError(`Expected two frequencies such as 0.5-40, the lower first, each ${HZ}, or none.`);
  }
  return [low, high];
}

/** A frequency in Hz, or the word that stands for leaving it out. */
export function parseHzOr<W extends string>(word: W): (text: string) => number | W {
  return (text) => {
    if (text === word) return word;
    const hz = hertz(text);
    if (Number.isNaN(hz)) throw new InvalidArgumentError(`Expected a frequency such as 250, ${HZ}, or ${word}.`);
    return hz;
  };
}

export function parseWhole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = decimal(text);
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** Words between commas, none empty. */
export function parseWords(text: string): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('')) throw new InvalidArgumentError('Expected a comma-separated list.');
  return words;
}

/** A date or time in UTC (`2026-11-01`, `2026-11-01T08:30Z`) or Unix seconds, to Unix seconds. */
export function parseTime(text: string): number {
  const read = readDateTime(text);
  // Without a zone a time would be taken for local, and mean something else on each machine.
  const isClear = read !== null && (read.hasZone || !read.hasTime);
  const seconds = readUnixSeconds(text) ?? (isClear ? Math.floor(read.unixSeconds) : Number.NaN);
  if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
    throw new InvalidArgumentError(
      'Expected a date such as 2026-11-01, a time such as 2026-11-01T08:30Z, or Unix seconds (not milliseconds), from 1970 to 2106; no date that the calendar does not have.',
    );
  }
  return seconds;
}

const HZ = `from ${ECG_HZ.lowest} to ${ECG_HZ.highest} Hz in plain digits`;

/** `NaN` unless it is a frequency that a plan may have. */
function hertz(text: string): number {
  const hz = decimal(text);
  return hz >= ECG_HZ.lowest && hz <= ECG_HZ.highest ? hz : Number.NaN;
}

/** Hours of raw data a simulated day has. */
export function parseHours(text: string): number {
  const hours = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(hours >= 0.01 && hours <= 24)) throw new InvalidArgumentError('Expected hours from 0.01 to 24.');
  return hours;
}

/** `NaN` unless the whole text is a plain decimal number. */
function decimal(text: string): number {
  return /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}

/** One line to a stream; what comes from outside cannot break it. */
export function writeLine(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${escapeControls(text)}\n`);
}
