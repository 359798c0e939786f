/** What the token endpoint answers, with times made absolute. */
export type TokenPair = {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix s. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  /** Unix s. */
  readonly obtainedAt: number;
};
