/**
 * A working access token for every user, whatever fails.
 *
 * Withings rotates: a refresh answers a new refresh token, and the old one dies 8 hours later or at the first use of the new
 * access token. So, under a lock that all processes share:
 *
 * 1. It is written down that a refresh is under way. Should its answer be lost, the old refresh token works on, but for 8
 *    hours only: whoever comes next refreshes at once, even if the access token would do.
 * 2. The refresh is made; it is never called off, for its answer may be the only way on.
 * 3. The new pair is on the disk, and the refresh token it was made of with it, before anybody gets it.
 *
 * Who waited for the lock finds the new pair and refreshes no more.
 */

import { AbortedError, isWithingsSignalsError, messageOf, quoted, StateError, TokenError } from '../core/errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { TokenPair } from './token-pair.ts';
import type { StoredTokens, TokenStore } from './token-store.ts';

export interface TokenKeeperOptions {
  readonly store: TokenStore;
  /** Asks the server for the next pair. Not called with a signal: once asked, the answer is waited for. */
  readonly refresh: (refreshToken: string) => Promise<TokenPair>;
  /** Unix ms. @default Date.now */
  readonly now?: () => number;
}

export interface TokenKeeper extends AccessTokens {
  /**
   * @throws TokenError when the user must authorise again; AbortedError; StateError; what `refresh` throws when the server
   * could not be asked: then nothing is lost, ask again.
   */
  accessToken: AccessTokens['accessToken'];
  /** Refreshes although the token may be good. @throws as {@link accessToken} */
  refresh(userId: string): Promise<TokenPair>;
  /** Keeps the first pair of an authorisation, durably, in place of what was there. @throws StateError */
  adopt(pair: TokenPair): Promise<void>;
  /** Forgets the user. @throws StateError */
  forget(userId: string): Promise<void>;
  /** Resolves when no refresh is under way. */
  close(): Promise<void>;
}
