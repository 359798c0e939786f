import { expect, test } from 'vitest';
import { sign } from '../../../../src/withings/http/signature.ts';

/**
 * Made by Python 3.11:
 *
 *     def sign(secret, p):
 *         text = ','.join(p[k] for k in sorted(p))
 *         return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
 */
const VECTORS = [
  {
    secret: 'd9286311451fc6ed71b372a075c58c5058be158f56a77865e43ab3783255424f',
    parameters: {
      timestamp: '1594159644',
      action: 'getnonce',
      client_id: '7573fd4a4c421ddd102dac406dc6e0e0e22f683c4a5e81ff0a5caf8b65abed67',
    },
    signature: '55ac4d683b9ad71cf0e27d07f652fc37d982d51ffc44390271992ffc85092459',
  },
  {
    secret: 'd9286311451fc6ed71b372a075c58c5058be158f56a77865e43ab3783255424f',
    parameters: {
      nonce: 'c455541b8f9111689adb647d32fac07a6ffe462d',
      action: 'revoke',
      client_id: '7573fd4a4c421ddd102dac406dc6e0e0e22f683c4a5e81ff0a5caf8b65abed67',
    },
    signature: 'cf52424c86f686c598ee597a2e4bfe33483cd3bc2ac454fdb6355138480120bb',
  },
  {
    secret: 'kéy',
    parameters: { action: 'getdemoaccess', client_id: 'a,b', nonce: 'ü' },
    signature: '2b3766a8d59cf79fd5d47a5f3d336f3b588bead304f9068b83c9f8576f3c0310',
  },
];

test.for(VECTORS)('signs $parameters.action as HMAC-SHA256 over the values in order of their names', (vector) => {
  expect(sign(vector.parameters, vector.secret)).toBe(vector.signature);
});
