/**
 * Raw-data answers of a simulated watch: samples cut into frames and pages as the API delivers them, with frames that
 * overlap, come twice or out of order.
 */

import type { SimulatedClock } from './clock.ts';

/** Samples of a frame: about 52 s at 25 Hz, as in Withings' guide. */
export const FRAME_SAMPLES = 1300;

/** Frames of one answer. */
export const PAGE_FRAMES = 100;

/** Samples by which a frame reaches back into the one before, where it does. */
const OVERLAP_SAMPLES = 100;

export interface RawdataSource {
  /** 1 accelerometer, 2 optical. */
  readonly type: 1 | 2;
  readonly sensorName: string;
  readonly hashDeviceId: string;
  readonly clock: SimulatedClock;
  /** Format 2 has `data` as an object, format 1 as a string that holds its JSON. */
  readonly formatVersion: 1 | 2;
  /** Columns beside `id` and `timestamp` for samples `from` to `to`; asked once for each page, in order of time. */
  readonly columns: (from: number, to: number) => Readonly<Record<string, Int32Array>>;
}

/** A page of frames: the `body` of one raw-data answer. */
export type RawdataPage = { readonly rawdata: readonly object[]; readonly more: boolean; readonly offset: number };

/** One frame: samples `from` up to, not including, `to`; an empty one has times, but no samples. */
export type FrameRange = { readonly from: number; readonly to: number; readonly empty?: boolean };

/** All pages of a source, one at a time; `offset` counts in steps of {@link PAGE_FRAMES}. */
export function* rawdataPages(source: RawdataSource): Generator<RawdataPage> {
  const pages = framesInOrder(source.clock.segment, PAGE_FRAMES);
  for (const [i, page] of pages.entries()) {
    const more = i + 1 < pages.length;
    yield { rawdata: rawdataFrames(source, page), more, offset: more ? (i + 1) * PAGE_FRAMES : 0 };
  }
}

/**
 * The frames of a clock's samples in the order of delivery, cut into pages. A frame never spans a gap.
 *
 * In every 8 frames of a page the second reaches back over the end of the first and the third comes before the second;
 * the first of every 16 comes again at the end of the page; the first page begins with a frame whose data is `""`.
 */
export function framesInOrder(segment: Uint32Array, pageFrames: number): readonly (readonly FrameRange[])[] {
  const ranges = cutAtGaps(segment);
  const pages: (readonly FrameRange[])[] = [];
  for (let first = 0; first < ranges.length; first += pageFrames) {
    const frames = deliver(ranges.slice(first, first + pageFrames), segment);
    pages.push(first === 0 ? [{ from: 0, to: 1, empty: true }, ...frames] : frames);
  }
  return pages;
}

/** The elements of `rawdata` of one page; pages are asked for in order, since sensors only read on. */
export function rawdataFrames(source: RawdataSource, page: readonly FrameRange[]): readonly object[] {
  const begin = Math.min(...page.map(({ from }) => from));
  const columns = source.columns(begin, Math.max(...page.map(({ to }) => to)));
  return page.map((range) => {
    if (range.empty === true) return frame(source, range, undefined);
    const { from, to } = range;
    const data: Record<string, readonly number[]> = {
      id: Array.from(source.clock.id.subarray(from, to)),
      timestamp: Array.from(source.clock.timestamp.subarray(from, to)),
    };
    for (const [name, values] of Object.entries(columns)) {
      data[name] = Array.from(values.subarray(from - begin, to - begin));
    }
    return frame(source, range, data);
  });
}

function cutAtGaps(segment: Uint32Array): readonly FrameRange[] {
  const ranges: FrameRange[] = [];
  for (let from = 0; from < segment.length; ) {
    let to = from + 1;
    while (to < segment.length && to - from < FRAME_SAMPLES && segment[to] === segment[from]) {
      to++;
    }
    ranges.push({ from, to });
    from = to;
  }
  return ranges;
}

/** The frames of a page as they come: with overlaps, one pair in 8 swapped, one in 16 repeated. */
function deliver(page: readonly FrameRange[], segment: Uint32Array): readonly FrameRange[] {
  const out = page.map(({ from, to }, i) => {
    const back = i % 8 === 1 ? Math.max(from - OVERLAP_SAMPLES, page[i - 1]?.from ?? from) : from;
    return segment[back] === segment[from] ? { from: back, to } : { from, to };
  });
  for (let i = 2; i < out.length; i += 8) {
    out.splice(i - 1, 2, ...out.slice(i - 1, i + 1).toReversed());
  }
  return [...out, ...page.filter((_, i) => i % 16 === 0)];
}

/** One element of `rawdata`; `data` undefined: without samples. */
function frame(
  { type, sensorName, hashDeviceId, formatVersion, clock }: RawdataSource,
  { from, to }: FrameRange,
  data: Readonly<Record<string, readonly number[]>> | undefined,
): object {
  const ordered = Object.fromEntries(Object.entries(data ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const object = formatVersion === 2 && data !== undefined;
  return {
    data: object ? ordered : data === undefined ? '' : JSON.stringify(ordered),
    hash_deviceid: hashDeviceId,
    type,
    format_version: formatVersion,
    firmware_version: 2561,
    sensor_name: sensorName,
    startdate: clock.timestamp[from],
    enddate: clock.timestamp[to - 1],
  };
}
