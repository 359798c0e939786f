/**
 * Which stretches of raw data of one device to ask for: what was never asked, and what may have changed since.
 *
 * Samples reach the cloud when the watch synchronises, so a watch that has not synchronised since a window was fetched
 * can have nothing new in it, and nothing exists after its last synchronisation. After the next one, all of the time
 * since the one before may have filled up, however long that is, and a stretch before it.
 */

/** Unix seconds; `to` is not part of it. */
export type Stretch = { readonly from: number; readonly to: number };

/** A window whose pages are all in. */
export type FetchedWindow = Stretch & {
  /** When the device had last synchronised, as told before the window was asked for, Unix seconds; `null`: not told. */
  readonly session: number | null;
  /** When it was asked for, Unix seconds. */
  readonly askedAt: number;
};

export type DeviceNow = {
  /** When it last synchronised; `null`: not told. */
  readonly session: number | null;
  /**
   * How far before a synchronisation something may still be added, seconds: one that breaks off leaves the rest, which
   * may be older, to the next.
   */
  readonly overlap: number;
};

/**
 * The longest window asked for at once. Where a page ends the next begins, so pages of a window can only follow one another:
 * a day is asked for in four windows side by side, which costs about three requests more than one window would.
 */
export const WINDOW_SECONDS = 21_600;

/** Neighbouring windows overlap: a frame spans about a minute, and whose it is at an edge is for the server to say. */
export const EDGE_SECONDS = 300;

/** A watch's clock may be ahead of the cloud's, and the last samples may be filed a while after the session. */
export const FILING_SECONDS = 7_200;

/** Default of {@link DeviceNow.overlap}: a day. */
export const OVERLAP_DEFAULT = 86_400;

/** The windows to ask for, in order of time, at most {@link WINDOW_SECONDS} long. */
export function windowsToAsk(
  wanted: Stretch,
  fetched: readonly FetchedWindow[],
  device: DeviceNow,
): readonly Stretch[] {
  const end = device.session === null ? wanted.to : Math.min(wanted.to, device.session + FILING_SECONDS);
  const settled = fetched
    .map((window) => ({ from: beginning(window, wanted), to: settledUntil(window, device) }))
    .filter(({ from, to }) => to >= from)
    .sort((a, b) => a.from - b.from);
  const windows: Stretch[] = [];
  let from = wanted.from;
  for (const known of [...settled, { from: end, to: end }]) {
    if (known.from > from) windows.push(...cut({ from, to: Math.min(known.from, end) }, wanted.from));
    from = Math.max(from, known.to);
    if (from >= end) break;
  }
  return windows;
}

/**
 * Where a window begins when its edge is left out: what lies between two windows is then cut as it was before, whichever of its
 * windows a run that was stopped had got.
 */
function beginning({ from, to }: Stretch, wanted: Stretch): number {
  return from <= wanted.from ? from : Math.min(from + EDGE_SECONDS, to);
}

/** Up to where nothing can have been added to a window since it was fetched. */
function settledUntil({ to, session, askedAt }: FetchedWindow, device: DeviceNow): number {
  const isFinal = session !== null && session === device.session && askedAt >= session + FILING_SECONDS;
  return isFinal ? to : Math.min(to, Math.min(session ?? askedAt, askedAt) - device.overlap);
}

/** Each piece begins a little before its stretch, as long as that was asked for at all. */
function* cut({ from, to }: Stretch, earliest: number): Generator<Stretch> {
  for (let start = from; start < to; start += WINDOW_SECONDS - EDGE_SECONDS) {
    const begin = Math.max(earliest, start - EDGE_SECONDS);
    yield { from: begin, to: Math.min(to, start + WINDOW_SECONDS - EDGE_SECONDS) };
  }
}
