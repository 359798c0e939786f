/** What a finished file of the data set reports of itself. */

export type PartSummary = {
  /** Recordings of an ECG or stethoscope part; 0 in a series part. */
  readonly recordings: number;
  readonly samples: number;
  /** Uninterrupted stretches; 0 where the kind has none. */
  readonly segments: number;
  readonly gaps: number;
  readonly restarts: number;
  /** Lowest and highest sampling frequency, Hz: as delivered for recordings, as fitted for segments. */
  readonly rates: { readonly min: number; readonly max: number } | null;
  /** Unix seconds of the first sample and of the end of the last; `null` when no time is known. */
  readonly start: number | null;
  readonly end: number | null;
};

/** A part as it is, in a state that was checked. */
export type PresentPart = {
  readonly path: string;
  /** See `versionOf`: what is read of any other state of the file is refused. */
  readonly version: bigint;
};

export type PartReport = {
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
  readonly summary: PartSummary;
};

/** Of two parts, or of none yet. */
export function joinSummaries(a: PartSummary, b: PartSummary): PartSummary {
  return {
    recordings: a.recordings + b.recordings,
    samples: a.samples + b.samples,
    segments: a.segments + b.segments,
    gaps: a.gaps + b.gaps,
    restarts: a.restarts + b.restarts,
    rates:
      a.rates && b.rates
        ? { min: Math.min(a.rates.min, b.rates.min), max: Math.max(a.rates.max, b.rates.max) }
        : (a.rates ?? b.rates),
    start: extreme(Math.min, a.start, b.start),
    end: extreme(Math.max, a.end, b.end),
  };
}

export const EMPTY_SUMMARY: PartSummary = {
  recordings: 0,
  samples: 0,
  segments: 0,
  gaps: 0,
  restarts: 0,
  rates: null,
  start: null,
  end: null,
};

function extreme(of: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : of(a, b);
}
