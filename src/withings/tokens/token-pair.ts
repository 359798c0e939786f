/** What the token endpoint gives: tokens are secrets, and the refresh token works once. */
export type TokenPair = {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  /** Unix seconds. */
  readonly obtainedAt: number;
};
