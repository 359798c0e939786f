/** An answer of the API as it came, with what it says of itself. */

import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import type { EndpointName } from '../endpoints/spec.ts';
import type { Envelope } from './envelope.ts';
import { breach } from './failure.ts';

export type Answer = {
  readonly endpoint: EndpointName;
  /** `null`: the application asked for itself. */
  readonly userId: string | null;
  /** What was asked for, sorted by name; without secrets and what proved the request. */
  readonly parameters: Readonly<Record<string, string>>;
  /** When the last byte was here, Unix ms. */
  readonly receivedAt: number;
  /** As received; with `replaced` secrets, its content without them. */
  readonly payload: Uint8Array;
  readonly encoding: 'gzip' | 'identity';
  /** SHA-256 of the decoded payload, hexadecimal. */
  readonly sha256: string;
  readonly envelope: Envelope;
  /** Places where a secret of the request stood. */
  readonly replaced: number;
};

/** Decoded payload of an answer: the JSON text. */
export function contentOf(answer: Pick<Answer, 'payload' | 'encoding'>): Uint8Array {
  return answer.encoding === 'gzip' ? gunzipSync(answer.payload) : answer.payload;
}

/**
 * Body of an answer, as a schema says.
 *
 * @throws ApiError when it is another; the message names members, never their values
 */
export function readBody<T>(answer: Answer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer.envelope.body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = ['body', ...(issue?.path ?? [])].join('.');
  throw breach(
    { endpoint: answer.endpoint, userId: answer.userId },
    `the answer is of another shape: ${where}: ${issue?.message ?? 'refused'}`,
  );
}
