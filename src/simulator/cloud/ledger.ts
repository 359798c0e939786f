/** What the cloud saw: every request by endpoint, and every breach of the API's rules. */

export type ViolationKind =
  /** Above the quota of the application. */
  | 'quota'
  /** Identical to a request shortly before. */
  | 'duplicate'
  /** A refresh token that had died: its successor was in use, or 8 hours were over. */
  | 'dead-refresh-token'
  | 'unknown-refresh-token'
  | 'used-code'
  | 'expired-code'
  | 'used-nonce'
  | 'expired-nonce'
  | 'bad-signature'
  /** A token, code or secret as part of the address, where logs keep it. */
  | 'secret-in-url'
  /** An access token and a signature, or a signature and the secret, in one request. */
  | 'two-auth-forms'
  /** Data of a user other than the token's. */
  | 'foreign-data';

export type Violation = {
  /** ISO time. */
  readonly at: string;
  readonly kind: ViolationKind;
  readonly endpoint: string;
  /** Never a token, code, nonce or secret. */
  readonly detail: string;
};

export type EndpointReport = {
  readonly requests: number;
  /** Answers by the `status` of their envelope. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Faults by kind, those that spoiled the answer of a request that was carried out included. */
  readonly faults: Readonly<Record<string, number>>;
  /** Requests for what had already been answered well, tokens aside. */
  readonly repeats: number;
  /** Bytes of bodies sent, before compression. */
  readonly bytes: number;
};

export type CloudReport = {
  readonly requests: number;
  readonly endpoints: Readonly<Record<string, EndpointReport>>;
  /** The first 1000; `violationCount` has them all. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  /** Most requests let through in any window of the quota. */
  readonly peakRequestsInWindow: number;
  /** Calls of subscribed addresses. */
  readonly notifications: { readonly delivered: number; readonly failed: number };
};

type Counts = { [key: string]: number };
type Line = { requests: number; statuses: Counts; faults: Counts; repeats: number; bytes: number };

const VIOLATIONS_KEPT = 1000;

export class Ledger {
  readonly #now: () => number;
  #endpoints = new Map<string, Line>();
  #violations: Violation[] = [];
  #violationCount = 0;
  #delivered = 0;
  #failed = 0;
  #answered = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  arrived(endpoint: string): void {
    this.#line(endpoint).requests++;
  }

  /** `request`: what was asked, as far as asking again is a repeat. */
  answered(endpoint: string, status: number, bytes: number, request: string | undefined): void {
    const line = this.#line(endpoint);
    add(line.statuses, String(status));
    line.bytes += bytes;
    if (status !== 0 || request === undefined) return;
    if (this.#answered.has(request)) line.repeats++;
    this.#answered.add(request);
  }

  failed(endpoint: string, fault: string): void {
    add(this.#line(endpoint).faults, fault);
  }

  violation(kind: ViolationKind, endpoint: string, detail: string): void {
    this.#violationCount++;
    if (this.#violations.length >= VIOLATIONS_KEPT) return;
    this.#violations.push({ at: new Date(this.#now()).toISOString(), kind, endpoint, detail });
  }

  notified(delivered: boolean): void {
    if (delivered) this.#delivered++;
    else this.#failed++;
  }

  report(peakRequestsInWindow: number): CloudReport {
    const lines = [...this.#endpoints].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return structuredClone({
      requests: lines.reduce((sum, [, { requests }]) => sum + requests, 0),
      endpoints: Object.fromEntries(lines),
      violations: this.#violations,
      violationCount: this.#violationCount,
      peakRequestsInWindow,
      notifications: { delivered: this.#delivered, failed: this.#failed },
    });
  }

  clear(): void {
    this.#endpoints = new Map();
    this.#violations = [];
    this.#violationCount = 0;
    this.#delivered = 0;
    this.#failed = 0;
    this.#answered = new Set();
  }

  #line(endpoint: string): Line {
    const line = this.#endpoints.get(endpoint) ?? { requests: 0, statuses: {}, faults: {}, repeats: 0, bytes: 0 };
    this.#endpoints.set(endpoint, line);
    return line;
  }
}

function add(counts: Counts, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
