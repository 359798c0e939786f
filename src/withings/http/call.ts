/** One call to its answer: as many attempts as can help, each let go by the gate. */

import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, throwIfAborted } from '../../core/errors.ts';
import type { RequestGate } from '../quota/request-gate.ts';
import type { Evidence, Prover } from './evidence.ts';
import { breakdown, type RequestAbout, refusal, repetition } from './failure.ts';
import { Fault } from './fault.ts';
import type { Received } from './intake.ts';
import type { ApiRequest } from './request.ts';
import { backOffMs, type RetryPolicy, saysRepetition, toldWaitMs } from './retry.ts';
import type { Transport } from './transport.ts';

export type CallContext = {
  readonly transport: Transport;
  readonly server: string;
  readonly gate: RequestGate;
  readonly retry: RetryPolicy;
  readonly notice: (text: string) => void;
};

export type CallPlan = {
  readonly request: ApiRequest;
  readonly about: RequestAbout;
  readonly prove: Prover;
  /** The prover may know better when refused. */
  readonly renewable: boolean;
  readonly signal: AbortSignal | undefined;
};

/**
 * A token that was just renewed may be refused as well: another process renewed it since, or it has not got around among the
 * servers. Where many requests of a user are under way on a server that refuses now and then, three in a row came in one
 * fetch of some hundred requests. A user who takes the consent back is known by the refresh token that is refused.
 */
const MAX_RENEWALS = 6;

const BRINGS_TOKENS: ReadonlySet<string> = new Set(['/v2/oauth2', '/v2/signature']);

export class Call {
  readonly #context: CallContext;
  readonly #plan: CallPlan;
  #failures = 0;
  #waitedMs = 0;
  #renewals = 0;
  /** The last answer was "too many requests", and meant this one. */
  #isRepetition = false;
  #key: string;

  constructor(context: CallContext, plan: CallPlan) {
    this.#context = context;
    this.#plan = plan;
    this.#key = plan.request.key;
  }

  /**
   * @throws ApiError when no retry helps
   * @throws AbortedError; what the gate and the source of tokens throw
   */
  async run(): Promise<Received> {
    const { about, prove, signal } = this.#plan;
    for (let refused = false; ; ) {
      throwIfAborted(signal);
      const evidence = await prove(refused);
      await this.#context.gate.enter({ user: about.userId ?? '', key: this.#key, ...(signal && { signal }) });
      const outcome = await this.#attempt(evidence);
      if (!(outcome instanceof ApiError)) {
        if (outcome.replaced > 0) this.#context.notice(repetition(about, outcome.replaced));
        return outcome;
      }
      refused = outcome.retry === 'with another token';
      await this.#recover(outcome);
    }
  }

  async #attempt({ form, headers, secrets }: Evidence): Promise<Received | ApiError> {
    const { transport, server, gate } = this.#context;
    const { request, about, signal } = this.#plan;
    const { path, action, fixed } = request.spec;
    const fields = new URLSearchParams({ action, ...fixed, ...request.parameters, ...form });
    const key = this.#key;
    try {
      const hidden = [...secrets, ...request.secrets];
      // Answers that bring tokens are for the token store alone, and may well bring one of those that were sent.
      const inAnswer = BRINGS_TOKENS.has(path) ? [] : hidden;
      const received = await transport.post(path, fields.toString(), headers, signal, inAnswer);
      if (received.envelope.status === 0) return received;
      this.#isRepetition = saysRepetition(received.envelope.error);
      return refusal(about, received.envelope, hidden);
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof Fault)) throw error;
      this.#isRepetition = false;
      // What never arrived is not repeated, as far as the server's guard can know.
      if (error.unsent) this.#key = `${request.key}-${this.#failures}`;
      return breakdown(about, server, error);
    } finally {
      await gate.ended(key);
    }
  }

  /** Waits until the next attempt makes sense. @throws the error when none does */
  async #recover(error: ApiError): Promise<void> {
    const { retry } = this.#context;
    switch (error.retry) {
      case 'never':
        throw error;
      case 'with another token':
        if (this.#renewals === MAX_RENEWALS || !this.#plan.renewable) throw error;
        this.#renewals++;
        return;
      case 'when told':
        await this.#obey(error);
        return;
      case 'later':
        this.#failures++;
        if (this.#failures >= retry.attempts) throw error;
        await this.#pause(error, backOffMs(this.#failures, retry));
    }
  }

  async #obey(error: ApiError): Promise<void> {
    const { gate, retry, notice } = this.#context;
    const waitMs = toldWaitMs(error.waitSeconds, this.#isRepetition);
    this.#waitedMs += waitMs;
    if (this.#waitedMs > retry.patienceMs) throw error;
    notice(`${error.message}; next attempt in ${Math.ceil(waitMs / 1000)} s`);
    await gate.defer(waitMs, this.#isRepetition ? { key: this.#key } : 'all');
  }

  async #pause(error: ApiError, ms: number): Promise<void> {
    const { signal } = this.#plan;
    this.#context.notice(`${error.message}; next attempt in ${Math.ceil(ms / 1000)} s`);
    try {
      await sleep(ms, undefined, signal && { signal });
    } catch (cause) {
      throwIfAborted(signal);
      throw cause;
    }
  }
}
