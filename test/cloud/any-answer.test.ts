import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import { convert, isWithingsSignalsError } from 'withings-signals';
import type { TestCloud } from '../support/cloud.ts';
import { heldBy, openCohort } from '../support/cohort.ts';
import { SEED } from '../support/seeded.ts';

/** Answers tried of each sort; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 20);

/** What JSON can hold, and what is odd in a number, an id or a time. */
const ANY = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('', ' ', '-1', '1e3', '0x10', '007', 'NaN', '1.0', -1, 0, 1.5, 1e9, 1e21, 2 ** 53, 32_768),
  fc.constantFrom<unknown>(true, false, null, [], {}, [null], { signalid: null }),
);

type Json = Readonly<Record<string, unknown>>;

/** Lists of user 0, and how they are asked for. */
const LISTS = {
  'heart list': { path: 'v2/heart', action: 'list', field: 'series', kinds: ['ecg', 'stetho'] },
  'stetho list': { path: 'v2/stetho', action: 'list', field: 'series', kinds: ['ecg', 'stetho'] },
  'user getdevice': { path: 'v2/user', action: 'getdevice', field: 'devices', kinds: ['ppg'] },
} as const;

type Endpoint = keyof typeof LISTS;

describe.concurrent('whatever an answer holds, the rest is fetched and converted', () => {
  it.for(Object.keys(LISTS) as Endpoint[])('the whole %s', async (endpoint, test) => {
    const { field } = LISTS[endpoint];
    const lists = fc.array(ANY, { minLength: 1, maxLength: 4 }).map((list) => ({ [field]: list, more: false }));
    const bodies = fc.oneof(
      ANY,
      ANY.map((any) => ({ [field]: any })),
      lists,
    );
    await expectTaken(test, endpoint, () => bodies);
  });

  it.for(Object.keys(LISTS) as Endpoint[])('an entry of the %s', async (endpoint, test) => {
    const { field } = LISTS[endpoint];
    await expectTaken(test, endpoint, (truth) => {
      const [first = {}, ...others] = truth[field] as readonly Json[];
      return oddOf(first).map((odd) => ({ ...truth, [field]: [...others, odd] }));
    });
  });
});

/** @param bodiesOf what user 0 is answered in place of the truth */
async function expectTaken(
  test: TestContext,
  endpoint: Endpoint,
  bodiesOf: (truth: Json) => fc.Arbitrary<unknown>,
): Promise<void> {
  const { cloud, fetch } = await openCohort(test);
  const { field, kinds } = LISTS[endpoint];
  const truth = await trueBody(cloud, endpoint);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(bodiesOf(truth), async (body) => {
      await cloud.control('answer', { user: '0', endpoint, body: JSON.stringify(body) });
      const archive = `archive-${runs++}`;
      const { users } = await fetch({ kinds, archive });
      expect(users.map(({ status }) => status)).toEqual([expect.stringMatching(/^(?:ok|partly)$/), 'ok']);
      const held = await heldBy(cloud, '1001', join(cloud.folder, archive));
      const asked = signalsIn(body, field).filter((id) => signalsIn(truth, field).includes(id));
      expect([...held.ecg, ...held.stetho]).toEqual(expect.arrayContaining(asked));
      const report = await convert({
        inputs: [join(cloud.folder, archive)],
        out: join(cloud.folder, `signals-${runs}`),
        workers: 0,
      }).catch((error: unknown) => {
        // Nothing was fetched of either user, then.
        if (!isWithingsSignalsError(error) || !/hold no/.test(error.message)) throw error;
        return null;
      });
      for (const { reason } of report?.rejected ?? []) expect(reason).toMatch(/got/);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

/** An entry of which one field, at any depth, is something else or not there. */
function oddOf(entry: Json): fc.Arbitrary<Json> {
  return fc.constantFrom(...Object.keys(entry)).chain((key) => {
    const inner = entry[key];
    const other = fc.oneof(ANY, fc.constant(undefined));
    return (isObject(inner) ? fc.oneof(other, oddOf(inner)) : other).map((value) => ({ ...entry, [key]: value }));
  });
}

/** Ids that entries name in the ordinary way, as the API writes them. */
function signalsIn(body: unknown, field: string): readonly number[] {
  const entries = isObject(body) && Array.isArray(body[field]) ? (body[field] as readonly unknown[]) : [];
  return entries.filter(isObject).flatMap((entry) => {
    const places = [entry, entry['ecg'], entry['stetho']].filter(isObject);
    const ids = places.map((place) => place['signalid']);
    return ids.filter((id) => Number.isInteger(id) || /^\d+$/.test(String(id))).map(Number);
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function trueBody(cloud: TestCloud, endpoint: Endpoint): Promise<Json> {
  const { path, action } = LISTS[endpoint];
  const { access_token: token } = (await cloud.control('token', { user: '0' })) as { access_token: string };
  const response = await fetch(`${cloud.url}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ action }),
  });
  const { body } = (await response.json()) as { body: Json };
  return body;
}
