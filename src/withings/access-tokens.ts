/** Gives the access token to send for a user. */
export interface AccessTokens {
  /** `rejected`: the server refused this token, give another. */
  accessToken(userId: string, options?: { readonly rejected?: string; readonly signal?: AbortSignal }): Promise<string>;
}
