/** Lets requests go as the budget allows. */
export interface RequestGate {
  enter(request: { readonly user: string; readonly key: string; readonly signal?: AbortSignal }): Promise<void>;
  /** The server said: wait. */
  defer(ms: number, scope: 'all' | { readonly key: string }): Promise<void>;
  /** Requests left in the minute. */
  remaining(): number;
}
