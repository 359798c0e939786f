/** Lets requests go as the budget allows. */
export interface RequestGate {
  /**
   * Resolves when the request may go; it counts from then on.
   *
   * @param request `key` tells identical requests, which are kept apart; users take turns
   */
  enter(request: { readonly user: string; readonly key: string; readonly signal?: AbortSignal }): Promise<void>;
  /** An attempt that entered is over: the server got it by now, if it got it at all. */
  ended(key: string): Promise<void>;
  /** The server said: wait. */
  defer(ms: number, scope: 'all' | { readonly key: string }): Promise<void>;
  /** Requests left in the minute. */
  remaining(): number;
}
