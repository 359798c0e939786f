/** Proof that a request comes from who holds the client secret, without sending it. */

import { createHmac } from 'node:crypto';

/**
 * Signature of the parameters given: the values in order of their names, joined by commas, hashed.
 *
 * Withings signs `action, client_id, timestamp` for a nonce, and `action, client_id, nonce` for all else, whatever else
 * a request carries.
 *
 * @returns hexadecimal HMAC-SHA256 (RFC 2104) keyed with the client secret
 */
export function sign(parameters: Readonly<Record<string, string>>, clientSecret: string): string {
  const values = Object.keys(parameters)
    .sort()
    .map((name) => parameters[name]);
  return createHmac('sha256', clientSecret).update(values.join(',')).digest('hex');
}
