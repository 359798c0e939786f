import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isApiError } from '../../src/core/errors.ts';
import { paginate } from '../../src/withings/endpoints/paginate.ts';
import type { Answer } from '../../src/withings/http/answer.ts';
import { EnvelopeReader } from '../../src/withings/http/envelope.ts';
import { describeRequest } from '../../src/withings/http/request.ts';
import { sign } from '../../src/withings/http/signature.ts';

/** Runs of each test; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);

const words = fc.array(fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string()), { maxLength: 8 });

it('a signature is HMAC-SHA256 over the values by name, in whatever order they are given', () => {
  const cases = words.chain((entries) =>
    fc.tuple(fc.constant(new Map(entries)), fc.nat(), fc.string({ minLength: 1 })),
  );
  fc.assert(
    fc.property(cases, ([map, turn, secret]) => {
      const entries = [...map];
      const turned = [...entries.slice(turn % (entries.length + 1)), ...entries.slice(0, turn % (entries.length + 1))];
      const text = entries
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, value]) => value)
        .join(',');
      const expected = createHmac('sha256', secret).update(text).digest('hex');
      expect(sign(Object.fromEntries(turned), secret)).toBe(expected);
    }),
    { numRuns: RUNS },
  );
});

it('two requests have one key if and only if they say the same', () => {
  const request = fc.record({
    userId: fc.constantFrom('', '1', '2', '12'),
    startdate: fc.constantFrom(1, 12, null),
    enddate: fc.constantFrom(2, 12, null),
    offset: fc.constantFrom(null, 1, '1'),
  });
  type Request = {
    readonly userId: string;
    readonly startdate: number | null;
    readonly enddate: number | null;
    readonly offset: string | number | null;
  };
  const said = ({ userId, startdate, enddate, offset }: Request): string =>
    JSON.stringify([userId, startdate, enddate, offset === null ? null : Number(offset)]);
  const keyOf = ({ userId, ...parameters }: Request): string => describeRequest('heart list', parameters, userId).key;
  fc.assert(
    fc.property(request, request, (one, other) => {
      expect(keyOf(one) === keyOf(other)).toBe(said(one) === said(other));
    }),
    { numRuns: RUNS },
  );
});

/** What a server holds: rows, cut into pages as it likes. */
const served = fc.record({
  pages: fc.array(fc.record({ rows: fc.nat(9), step: fc.integer({ min: 1, max: 40 }) }), {
    minLength: 1,
    maxLength: 12,
  }),
  from: fc.nat(20),
  /** The page that points wrongly, and where to, seen from its own offset. */
  liar: fc.option(fc.record({ page: fc.nat(11), back: fc.nat(50) }), { nil: null }),
  moreAs: fc.constantFrom<(more: boolean) => unknown>(
    (more) => more,
    (more) => Number(more),
    (more) => (more ? '1' : '0'),
  ),
});

it('pages come once each and in order up to the end, or up to an offset that does not rise', async () => {
  await fc.assert(
    fc.asyncProperty(served, async ({ pages, from, liar, moreAs }) => {
      const offsets: number[] = [];
      let next = from;
      for (const { step } of pages) {
        offsets.push(next);
        next += step;
      }
      const lying = liar !== null && liar.page < pages.length - 1 ? liar : null;
      const asked: number[] = [];
      const ask = async (at: number | null): Promise<Answer> => {
        const offset = at ?? 0;
        asked.push(offset);
        const index = offsets.indexOf(offset);
        const more = index < pages.length - 1;
        const told = lying?.page === index ? offset - lying.back : (offsets[index + 1] ?? 0);
        return answerWith({ more: moreAs(more), offset: told, rows: pages[index]?.rows });
      };
      const itemsOf = ({ envelope }: Answer) => {
        const items = Array.from({ length: Number(envelope.body['rows']) }, (_, i) => i);
        return { items, count: items.length };
      };
      const seen: number[] = [];
      let failed = false;
      try {
        for await (const page of paginate(ask, itemsOf, from)) seen.push(page.offset);
      } catch (error) {
        if (!isApiError(error) || error.reason !== 'protocol') throw error;
        failed = true;
      }
      // The page that lies about the next is a page all the same.
      const last = lying === null ? pages.length : lying.page + 1;
      expect(failed).toBe(lying !== null);
      expect(seen).toEqual(offsets.slice(0, last));
      expect(asked).toEqual(seen);
    }),
    { numRuns: RUNS },
  );
});

function answerWith(body: object): Answer {
  const payload = Buffer.from(JSON.stringify({ status: 0, body }));
  const reader = new EnvelopeReader();
  reader.push(payload);
  return {
    endpoint: 'heart list',
    userId: '363',
    parameters: {},
    receivedAt: 0,
    payload,
    encoding: 'identity',
    replaced: 0,
    sha256: '',
    envelope: reader.finish(),
  };
}

it('an envelope says the same of an answer as JSON.parse, however it is cut, and nothing of its samples', () => {
  const member = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
  const answer = fc.record({
    status: fc.integer({ min: 0, max: 9999 }),
    error: fc.string({ minLength: 1 }),
    body: fc.record({
      rawdata: fc.array(
        fc.record({ data: fc.record({ id: fc.array(fc.integer(), { maxLength: 50 }) }), type: member }),
      ),
      more: member,
      series: fc.array(fc.dictionary(fc.string(), member, { maxKeys: 4 }), { maxLength: 4 }),
    }),
  });
  fc.assert(
    fc.property(answer, fc.array(fc.nat(4000), { maxLength: 5 }), (value, cuts) => {
      const bytes = Buffer.from(JSON.stringify(value));
      const reader = new EnvelopeReader();
      const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      let from = 0;
      for (const end of ends) {
        reader.push(bytes.subarray(from, end));
        from = end;
      }
      const { rawdata, ...body } = value.body;
      const { status, error } = value;
      const samples = rawdata.reduce((sum, { data }) => sum + data.id.length, 0);
      const said = { status, error, body: parsed(body), frames: rawdata.length, samples, signal: null };
      expect(reader.finish()).toEqual(said);
    }),
    { numRuns: RUNS },
  );
});

function parsed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
