import { expect, test } from 'vitest';
import { familyOf, meaningOf } from '../../../src/core/status.ts';

/** The table "Response status" of Withings' OpenAPI text, as it stands there. */
const TABLE = `
0..0 Operation was successful
100..102 Authentication failed
200..200 Authentication failed
201..213 Invalid params
214..214 Unauthorized
215..215 An error occurred
216..218 Invalid params
219..219 An error occurred
220..221 Invalid params
222..222 An error occurred
223..223 Invalid params
224..224 An error occurred
225..225 Invalid params
226..226 An error occurred
227..230 Invalid params
231..233 An error occurred
234..236 Invalid params
237..237 An error occurred
238..238 Invalid params
240..252 Invalid params
253..253 An error occurred
254..254 Invalid params
255..259 An error occurred
260..267 Invalid params
268..270 An error occurred
271..272 Invalid params
273..274 An error occurred
275..276 Invalid params
277..277 Unauthorized
278..282 An error occurred
283..288 Invalid params
289..289 An error occurred
290..290 Invalid params
291..292 An error occurred
293..295 Invalid params
296..296 An error occurred
297..297 Invalid params
298..298 An error occurred
300..304 Invalid params
305..320 An error occurred
321..321 Invalid params
322..322 An error occurred
323..353 Invalid params
370..375 An error occurred
380..382 Invalid params
383..383 An error occurred
391..391 An error occurred
400..400 Invalid params
401..401 Authentication failed
402..402 An error occurred
501..511 Invalid params
516..521 An error occurred
522..522 Timeout
523..523 Invalid params
524..524 Bad state
525..531 An error occurred
532..532 Invalid params
533..533 An error occurred
601..601 Too many request
602..602 An error occurred
700..700 An error occurred
1051..1054 An error occurred
2551..2552 An error occurred
2553..2553 Unauthorized
2554..2554 Not implemented
2555..2555 Unauthorized
2556..2559 An error occurred
3000..3016 An error occurred
3017..3019 Invalid params
3020..3024 An error occurred
5000..5006 An error occurred
6000..6000 An error occurred
6010..6011 An error occurred
9000..9000 An error occurred
10000..10000 An error occurred
`;

const ROWS = [...TABLE.matchAll(/^(\d+)\.\.(\d+) (.+)$/gm)].map(([, from, to, family]) => ({
  from: Number(from),
  to: Number(to),
  family,
}));

test('has the family of the API text for every status up to 11,000', () => {
  expect(ROWS).toHaveLength(75);
  for (let status = 0; status <= 11_000; status++) {
    const row = ROWS.find(({ from, to }) => status >= from && status <= to);
    expect(familyOf(status), String(status)).toBe(row?.family ?? 'An error occurred');
  }
});

test.for([
  [503, 'invalid parameters', 'never'],
  [522, 'timeout', 'later'],
  [601, 'rate limited', 'when told'],
  [401, 'authentication', 'with another token'],
  [100, 'authentication', 'with another token'],
  [200, 'authentication', 'with another token'],
  [2555, 'unauthorized', 'never'],
  [2554, 'invalid parameters', 'never'],
  [524, 'server', 'never'],
  [77_777, 'server', 'never'],
] as const)('status %i means %s, and is repeated %s', ([status, reason, retry]) => {
  expect(meaningOf(status)).toEqual({ reason, retry });
});
