/** What can go wrong on purpose, and how often it does in each profile. */

/** The request is not carried out, and what comes back is no envelope. */
export const BREAKDOWNS = ['reset-before', 'stall', 'html', 'http-500', 'http-502'] as const;

/** The request is not carried out, and its envelope says why. */
export const REFUSALS = ['status-522', 'status-601', 'expired-token'] as const;

/** The request is carried out, but its answer is lost or spoiled. */
export const LOSSES = ['reset-after', 'reset-middle', 'stall-middle', 'truncated-length', 'truncated-body'] as const;

/** The answer comes, in a shape that a client has to bear. */
export const SHAPES = ['duplicated', 'reordered', 'overlapping', 'repeated-offset', 'wrong-content-type'] as const;

export type Breakdown = (typeof BREAKDOWNS)[number];
export type Refusal = (typeof REFUSALS)[number];
export type Loss = (typeof LOSSES)[number];
export type Shape = (typeof SHAPES)[number];
export type Failure = Breakdown | Refusal | Loss;

const FAILURES: readonly Failure[] = [...BREAKDOWNS, ...REFUSALS, ...LOSSES];

/** One named after a fault has that alone: every other attempt of each request fails, or every answer has the shape. */
export const FAULT_PROFILES = ['none', 'mild', 'worst', ...BREAKDOWNS, ...REFUSALS, ...LOSSES, ...SHAPES] as const;

export type FaultProfileName = (typeof FAULT_PROFILES)[number];

export type FaultProfile = {
  /** Share of attempts that fail. */
  readonly failing: number;
  readonly failures: readonly Failure[];
  /** Failures of one request after another, at most. */
  readonly inARow: number;
  /** Share of answers that have a shape. */
  readonly shaping: number;
  readonly shapes: readonly Shape[];
};

const NOTHING: FaultProfile = { failing: 0, failures: [], inARow: 0, shaping: 0, shapes: [] };

/** A repeated offset has no end, so no client can finish under it: it is a profile of its own. */
const BEARABLE = SHAPES.filter((shape) => shape !== 'repeated-offset');

const MIXTURES: Readonly<Partial<Record<FaultProfileName, FaultProfile>>> = {
  none: NOTHING,
  mild: {
    failing: 0.05,
    failures: ['reset-before', 'http-502', 'status-522', 'truncated-length'],
    inARow: 1,
    shaping: 0.1,
    shapes: ['duplicated', 'reordered', 'wrong-content-type'],
  },
  worst: { failing: 0.3, failures: FAILURES, inARow: 3, shaping: 0.4, shapes: BEARABLE },
};

export function faultProfile(name: FaultProfileName): FaultProfile {
  const shapes = SHAPES.filter((shape) => shape === name);
  const alone: FaultProfile =
    shapes.length > 0
      ? { ...NOTHING, shaping: 1, shapes }
      : { ...NOTHING, failing: 1, failures: FAILURES.filter((failure) => failure === name), inARow: 1 };
  return MIXTURES[name] ?? alone;
}

/** Whether the request is carried out all the same. */
export function isLoss(failure: Failure): failure is Loss {
  return (LOSSES as readonly string[]).includes(failure);
}

export function isBreakdown(failure: Failure | undefined): failure is Breakdown {
  return (BREAKDOWNS as readonly (string | undefined)[]).includes(failure);
}
