/** What the endpoints of ECG and stethoscope have in common: lists of a time span, and signals that may still be empty. */

import type { z } from 'zod';
import { type Answer, readBody } from '../http/answer.ts';
import type { WithingsClient } from '../http/client.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import type { Listed } from './listed.ts';
import { type Page, type PageOptions, paginate } from './paginate.ts';

/** Unix seconds; `null`: without limit. */
export type TimeSpan = { readonly from: number | null; readonly to: number | null };

export interface ListOptions extends PageOptions {
  readonly signal?: AbortSignal | undefined;
}

export type SignalAnswer = {
  readonly answer: Answer;
  /** No samples yet: the device has not finished synchronising. Ask again later. */
  readonly pending: boolean;
};

/** Pages of a list; what is odd in one entry costs that entry. @throws ApiError */
export function listRecordings<T>(
  client: WithingsClient,
  endpoint: 'heart list' | 'stetho list',
  schema: z.ZodType<Listed<T>>,
  user: UserAccess,
  span: TimeSpan,
  { offset, signal }: ListOptions,
): AsyncGenerator<Page<T>, void, undefined> {
  const ask = (at: number | null): Promise<Answer> =>
    client.call(
      endpoint,
      { startdate: span.from, enddate: span.to, offset: at },
      { auth: { by: 'user', user }, signal },
    );
  return paginate(ask, (answer) => readBody(answer, schema), offset);
}

/** An empty signal, and none at all, are good answers to the API; neither is data. */
export function signalAnswer(answer: Answer): SignalAnswer {
  return { answer, pending: answer.envelope.signal !== 'present' };
}
