/** Open brackets, values and columns of the document being read, and what it may ask of memory. */

import { InputError, quoted } from '../core/errors.ts';
import {
  MAX_NESTING,
  MAX_NUMBERS,
  MAX_RECORDING_SAMPLES,
  MAX_SIGNAL_TEXT_BYTES,
  MAX_TEXT_BYTES,
  MAX_VALUES,
} from '../core/limits.ts';
import type { JsonPath, JsonValue } from './json-value.ts';
import { NumberColumn } from './number-column.ts';

export interface JsonStream {
  /** Last keys of all paths but the root that {@link elementColumnLimit} may answer. */
  readonly listNames: ReadonlySet<string>;
  /** Numbers that one column may hold inside the elements of the array at `path`; `null`: the array is kept whole. */
  elementColumnLimit(path: JsonPath): number | null;
  /** A complete element of an array that is not kept whole. Its columns are valid during the call. */
  element(path: JsonPath, value: JsonValue): void;
}

/** Keys whose text may be samples, and long. */
const SIGNAL_KEYS: ReadonlySet<string> = new Set(['signal', 'data']);

/** Cost of a bracket and of a column, counted in values: what their objects take of memory. */
const LEVEL_COST = 4;
const COLUMN_COST = 16;

/**
 * Columns at rest, of all builders of this thread: memory that was written before is twice as fast as fresh pages. Taken
 * from the end, so that the columns of one frame come back to those of the next.
 */
const idleColumns: NumberColumn[] = [];
const MAX_IDLE_COLUMNS = 16;

type Level = {
  /** The level around it. */
  readonly outer: Level | null;
  readonly depth: number;
  /** `null`: an array. */
  readonly members: Map<string, JsonValue> | null;
  /** The array whose elements are handed out, and what was in use before the first; `null`: all others. */
  readonly stream: { readonly path: JsonPath; readonly columnLimit: number; readonly before: Readonly<Usage> } | null;
  /** Of an array that holds other things than numbers. */
  elements: JsonValue[] | null;
  column: NumberColumn | null;
  /** Object: key of the member at hand. */
  key: string;
  /** Array: index of the element at hand. */
  index: number;
};

/** What is counted: places in `Usage` and in `LIMITS`. */
const VALUES = 0;
const TEXT_BYTES = 1;
const SIGNAL_TEXT_BYTES = 2;
const NUMBERS = 3;
const COLUMNS = 4;
const NESTED = 5;

/** Counts since the start of the document or, within elements that are handed out, of the element. */
type Usage = [
  values: number,
  textBytes: number,
  signalTextBytes: number,
  numbers: number,
  columns: number,
  nested: number,
];

type Counted = typeof VALUES | typeof TEXT_BYTES | typeof SIGNAL_TEXT_BYTES | typeof NUMBERS | typeof COLUMNS;

const NOTHING_USED: Readonly<Usage> = [0, 0, 0, 0, 0, 0];

const LIMITS = [
  { most: MAX_VALUES, of: 'values beside the samples' },
  { most: MAX_TEXT_BYTES, of: 'bytes of text beside the samples' },
  { most: MAX_SIGNAL_TEXT_BYTES, of: 'bytes of samples as text' },
  { most: MAX_NUMBERS, of: 'samples in one document' },
  { most: MAX_VALUES, of: 'arrays of numbers' },
] as const;

export class JsonBuilder {
  readonly #stream: JsonStream | null;
  readonly #offset: () => number;
  #level: Level | null = null;
  /** In use. */
  readonly #columns: NumberColumn[] = [];
  #usage: Usage = [...NOTHING_USED];
  #columnLimit = MAX_RECORDING_SAMPLES;
  #value: JsonValue = null;

  /** @param offset tells the byte at hand, for messages */
  constructor(stream: JsonStream | null, offset: () => number) {
    this.#stream = stream;
    this.#offset = offset;
  }

  get value(): JsonValue {
    return this.#value;
  }

  /** What the value at hand stands in. */
  get inside(): 'object' | 'array' | 'nothing' {
    const level = this.#level;
    return level === null ? 'nothing' : level.members === null ? 'array' : 'object';
  }

  /** The value at hand is an element that will be handed out. */
  get handsOut(): boolean {
    return this.#level !== null && this.#level.stream !== null;
  }

  /** Brackets that are open. */
  get depth(): number {
    return this.#level?.depth ?? 0;
  }

  /** Key of the member at hand; empty outside of objects. */
  get memberKey(): string {
    return this.#level?.key ?? '';
  }

  reset(): void {
    this.#level = null;
    this.#value = null;
    this.#columnLimit = MAX_RECORDING_SAMPLES;
    this.#release(NOTHING_USED);
  }

  openObject(): void {
    this.#open(new Map(), null);
  }

  openArray(): void {
    const level = this.#level;
    const stream = level === null || this.#stream?.listNames.has(level.key) === true ? this.#stream : null;
    const path = stream === null ? [] : this.#path();
    const columnLimit = stream?.elementColumnLimit(path) ?? null;
    if (columnLimit === null) {
      this.#open(null, null);
    } else {
      this.#open(null, { path, columnLimit, before: this.#usage.slice() as Usage });
      this.#columnLimit = columnLimit;
    }
  }

  /** One text that is JSON itself may be in use at a time: its values are in memory that the next takes. */
  openNested(): boolean {
    if (this.#usage[NESTED] > 0) return false;
    this.#usage[NESTED] = 1;
    return true;
  }

  key(text: string): void {
    this.#top().key = text;
  }

  /** A complete value, to where it stands. */
  add(value: JsonValue): void {
    this.#spend(VALUES, 1);
    this.#place(value);
  }

  close(): void {
    const level = this.#top();
    this.#level = level.outer;
    if (level.stream !== null) this.#columnLimit = this.#outerColumnLimit();
    this.#place(level.members ?? level.column ?? level.elements ?? []);
  }

  /** Makes a column of the array just opened, unless its elements are to be handed out. */
  openColumn(): boolean {
    const level = this.#top();
    if (level.stream !== null) return false;
    this.#spend(VALUES, COLUMN_COST);
    this.#spend(COLUMNS, 1);
    level.column = idleColumns.pop() ?? new NumberColumn();
    this.#columns.push(level.column);
    return true;
  }

  number(value: number): void {
    this.#room(1).push(value);
  }

  /** @param bits all numbers of the block ORed, `commonBits` ANDed */
  numbers(block: Int32Array, bits: number, commonBits: number): void {
    this.#room(block.length).append(block, bits, commonBits);
  }

  /** Something else than a number came: the column becomes an array of values again. */
  dissolveColumn(): void {
    const level = this.#top();
    const column = level.column as NumberColumn;
    this.#spend(VALUES, column.length);
    level.elements = Array.from(column.values);
    level.index = column.length;
    level.column = null;
  }

  /** Bytes of a text at hand, before they are kept. */
  spendText(bytes: number, isKey: boolean): void {
    const isSignal = !isKey && SIGNAL_KEYS.has(this.memberKey);
    this.#spend(isSignal ? SIGNAL_TEXT_BYTES : TEXT_BYTES, bytes);
  }

  /** Where the value at hand stands, as ` in body.rawdata[3].data`; empty at the root. */
  where(): string {
    let path = '';
    for (const { members, column, key, index } of this.#levels()) {
      if (members === null) path += `[${column?.length ?? index}]`;
      else if (/^[A-Za-z_]\w{0,63}$/.test(key)) path += path === '' ? key : `.${key}`;
      else if (key !== '') path += `[${quoted(key, 40)}]`;
    }
    return path === '' ? '' : ` in ${path}`;
  }

  #open(members: Level['members'], stream: Level['stream']): void {
    const outer = this.#level;
    const depth = outer === null ? 1 : outer.depth + 1;
    if (depth > MAX_NESTING) {
      throw new InputError(
        `nested too deeply at byte ${this.#offset()}: got more than ${MAX_NESTING} open brackets, expected an API answer`,
      );
    }
    this.#spend(VALUES, LEVEL_COST);
    this.#level = { outer, depth, members, stream, elements: null, column: null, key: '', index: 0 };
  }

  #path(): JsonPath {
    return this.#levels().map(({ key }) => key);
  }

  /** From the root. */
  #levels(): readonly Level[] {
    const levels: Level[] = [];
    for (let level = this.#level; level !== null; level = level.outer) levels.push(level);
    return levels.toReversed();
  }

  #outerColumnLimit(): number {
    let level = this.#level;
    while (level !== null && level.stream === null) level = level.outer;
    return level?.stream?.columnLimit ?? MAX_RECORDING_SAMPLES;
  }

  #place(value: JsonValue): void {
    const level = this.#level;
    if (level === null) {
      this.#value = value;
    } else if (level.members !== null) {
      level.members.set(level.key, value);
    } else {
      if (level.stream === null) (level.elements ??= []).push(value);
      else this.#handOut(level.stream, value);
      level.index++;
    }
  }

  #handOut(stream: NonNullable<Level['stream']>, value: JsonValue): void {
    this.#stream?.element(stream.path, value);
    this.#release(stream.before);
  }

  #release(before: Readonly<Usage>): void {
    while (this.#columns.length > before[COLUMNS]) {
      const column = this.#columns.pop() as NumberColumn;
      column.clear();
      if (idleColumns.length < MAX_IDLE_COLUMNS) idleColumns.push(column);
    }
    this.#usage = before.slice() as Usage;
  }

  #room(count: number): NumberColumn {
    const column = this.#top().column as NumberColumn;
    if (column.length + count > this.#columnLimit) {
      throw new InputError(
        `too many samples at byte ${this.#offset()}${this.where()}: got more than ${this.#columnLimit}, expected at most that many in one array`,
      );
    }
    this.#spend(NUMBERS, count);
    return column;
  }

  #spend(what: Counted, amount: number): void {
    this.#usage[what] += amount;
    const { most, of } = LIMITS[what];
    if (this.#usage[what] > most) {
      throw new InputError(
        `too large at byte ${this.#offset()}${this.where()}: got more than ${most} ${of}, expected an API answer; split it`,
      );
    }
  }

  #top(): Level {
    return this.#level as Level;
  }
}
