/**
 * Raw-data frames of everybody, made when they are asked for.
 *
 * When a frame begins and ends is known from the sensor's clock alone. Its samples come from a sensor that only reads on:
 * the open day is kept, so that pages asked for in order are made once; going back costs reading the day again, unless the
 * cache still has the page.
 */

import { setImmediate } from 'node:timers/promises';
import type { SeriesKind } from '../../signals/signal.ts';
import { type FrameRange, framesInOrder, type RawdataSource, rawdataFrames } from '../rawdata-pages.ts';
import { rawdataSource } from '../simulate-rawdata.ts';
import { ByteCache } from './byte-cache.ts';
import type { World } from './world.ts';

/** One sensor of one person on one day. */
export type SensorDay = { readonly user: number; readonly kind: SeriesKind; readonly day: number };

/** A frame, known by when it was recorded. */
export type FrameAt = {
  readonly of: SensorDay;
  readonly page: number;
  readonly index: number;
  /** Unix seconds, whole. */
  readonly startdate: number;
  readonly enddate: number;
};

type OpenDay = {
  readonly source: RawdataSource;
  readonly pages: readonly (readonly FrameRange[])[];
  /** Pages the sensor has read. */
  read: number;
};

/** Frames made together; 16 of PPG are 1.5 MB. */
const PAGE_FRAMES = 16;

/** Of a sample in a clock, and of a frame in the table of times. */
const CLOCK_BYTES = 20;
const TIMES_BYTES = 100;

const DAY = 86_400;

export class FrameStore {
  readonly #world: World;
  readonly #open: ByteCache<OpenDay>;
  readonly #times: ByteCache<readonly FrameAt[]>;
  readonly #pages: ByteCache<readonly Buffer[]>;

  constructor(world: World) {
    this.#world = world;
    const { cacheBytes } = world.options;
    this.#open = new ByteCache(cacheBytes / 2);
    this.#times = new ByteCache(cacheBytes / 8);
    this.#pages = new ByteCache((3 * cacheBytes) / 8);
  }

  /** Frames of one sensor that have come and that touch the window, in the order of delivery. */
  between(user: number, kind: SeriesKind, from: number, to: number): readonly FrameAt[] {
    const { start } = this.#world.options;
    const { days } = this.#world.synchronised(user);
    const first = Math.max(0, Math.floor((from - start) / DAY));
    const last = Math.min(days - 1, Math.floor((to - start) / DAY));
    const frames: FrameAt[] = [];
    for (let day = first; day <= last; day++) {
      for (const frame of this.#timesOf({ user, kind, day })) {
        const touches = frame.startdate <= to && frame.enddate >= from;
        if (touches && !this.#world.isLate(user, kind, day, frame.page)) frames.push(frame);
      }
    }
    return frames;
  }

  /** JSON of a frame. */
  text({ of, page, index }: FrameAt): Buffer {
    return this.#page(of, page)[index] ?? Buffer.from('null');
  }

  /** Makes all frames of a day and keeps them; other work goes on between its pages. */
  async warm(of: SensorDay): Promise<void> {
    this.#pages.keepAll();
    for (const { page } of new Map(this.#timesOf(of).map((frame) => [frame.page, frame])).values()) {
      this.#page(of, page);
      await setImmediate();
    }
  }

  #timesOf(of: SensorDay): readonly FrameAt[] {
    const known = this.#times.get(keyOf(of));
    if (known !== undefined) return known;
    const { pages, source } = this.#openDay(of);
    const { timestamp } = source.clock;
    const times = pages.flatMap((page, number) =>
      page.map(({ from, to }, index) => ({
        of,
        page: number,
        index,
        startdate: timestamp[from] ?? 0,
        enddate: timestamp[to - 1] ?? 0,
      })),
    );
    this.#times.set(keyOf(of), times, times.length * TIMES_BYTES);
    return times;
  }

  #page(of: SensorDay, number: number): readonly Buffer[] {
    const key = `${keyOf(of)}/${number}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    let open = this.#openDay(of);
    if (open.read > number) {
      this.#open.delete(keyOf(of));
      open = this.#openDay(of);
    }
    for (; open.read < number; open.read++) skip(open);
    const texts = rawdataFrames(open.source, open.pages[number] ?? []).map((frame) =>
      Buffer.from(JSON.stringify(frame)),
    );
    open.read++;
    if (open.read === open.pages.length) this.#open.delete(keyOf(of));
    const bytes = texts.reduce((sum, { length }) => sum + length, 0);
    this.#pages.set(key, texts, bytes);
    return texts;
  }

  #openDay(of: SensorDay): OpenDay {
    const known = this.#open.get(keyOf(of));
    if (known !== undefined) return known;
    const { start, hours } = this.#world.options;
    const day = { number: of.day, midnight: start + of.day * DAY, hours };
    const source = rawdataSource(of.kind, this.#world.person(of.user), day);
    const open = { source, pages: framesInOrder(source.clock.segment, PAGE_FRAMES), read: 0 };
    this.#open.set(keyOf(of), open, source.clock.id.length * CLOCK_BYTES);
    return open;
  }
}

/** The sensor reads a page that nobody wants. */
function skip({ source, pages, read }: OpenDay): void {
  const page = pages[read] ?? [];
  source.columns(Math.min(...page.map(({ from }) => from)), Math.max(...page.map(({ to }) => to)));
}

function keyOf({ user, kind, day }: SensorDay): string {
  return `${user}/${kind}/${day}`;
}
