/** A stretch of consecutive ids of a series that has one clock. */
export type Segment = {
  readonly rows: number;
  /** Counter run, from 0: a new one wherever the counter restarts. Segments of one run share one clock where they can. */
  readonly run: number;
  /** Fitted sampling frequency, Hz; of a segment shorter than a minute, over a minute of the clock it shares. */
  readonly rate: number;
  /** Greatest distance of a time from its delivered second, s. */
  readonly residual: number;
  /** Greatest possible distance of a time from the true one, s, for a clock that drifts by at most 1 ppm a second. */
  readonly bound: number;
  /** Unix s of the first and the last sample. */
  readonly start: number;
  readonly end: number;
};
