/** Gives access tokens that work. */
export interface AccessTokens {
  /** @param options `rejected`: the server refused this token, give another */
  accessToken(userId: string, options?: { readonly rejected?: string; readonly signal?: AbortSignal }): Promise<string>;
  /** Whatever else of this user must stand in no page, such as the refresh token. @default nothing */
  secretsOf?(userId: string): readonly string[];
}

/** A user, and where the tokens to act for him come from. */
export type UserAccess = { readonly userId: string; readonly tokens: AccessTokens };
