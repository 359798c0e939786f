/** A gate that is always open, and remembers who went through and what it was told. */

import type { RequestGate } from '../../src/withings/quota/request-gate.ts';

export class OpenGate implements RequestGate {
  readonly entered: { readonly user: string; readonly key: string }[] = [];
  readonly over: string[] = [];
  readonly deferred: { readonly ms: number; readonly scope: 'all' | { readonly key: string } }[] = [];

  async enter({ user, key, signal }: Parameters<RequestGate['enter']>[0]): Promise<void> {
    signal?.throwIfAborted();
    this.entered.push({ user, key });
  }

  async ended(key: string): Promise<void> {
    this.over.push(key);
  }

  async defer(ms: number, scope: 'all' | { readonly key: string }): Promise<void> {
    this.deferred.push({ ms, scope });
  }

  remaining(): number {
    return 120;
  }
}
