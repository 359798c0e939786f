import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Archive, openArchive } from '../../../src/archive/archive.ts';
import { ApiError, type ApiFailure } from '../../../src/core/errors.ts';
import { Troubles, waitAfter } from '../../../src/fetch/troubles.ts';
import { temporaryFolder } from '../../support/answers.ts';

const HOUR = 3600;
const THING = { kind: 'ecg', signalId: 48 } as const;

function failure(told: Partial<ApiFailure> = {}, cause?: unknown): ApiError {
  const about = { endpoint: 'heart get', reason: 'server', retry: 'never', status: 2556, waitSeconds: null } as const;
  return new ApiError('heart get: got status 2556', { ...about, ...told }, { cause });
}

async function openTroubles(folder: string, at: number, grantedAt: number | null = null) {
  const archive: Archive = await openArchive(join(folder, 'archive'));
  const troubles = new Troubles({ archive, userId: '363', now: () => at, grantedAt });
  const reasons: string[] = [];
  const ask = (work: () => Promise<string>) => troubles.ask(THING, { tell: (reason) => reasons.push(reason) }, work);
  return { archive, troubles, reasons, ask };
}

test('the next run asks again, then waits from an hour to a week', () => {
  expect([1, 2, 3, 4, 9, 10, 11, 60].map((count) => waitAfter(count) / HOUR)).toEqual([0, 1, 2, 4, 128, 168, 168, 168]);
});

test('what was refused is remembered over runs, until it is given', async () => {
  const folder = await temporaryFolder();
  const run = async (at: number, work: () => Promise<string>, grantedAt: number | null = null) => {
    const { archive, ask, reasons } = await openTroubles(folder, at, grantedAt);
    const given = await ask(work);
    await archive.close();
    return [given, ...reasons];
  };
  const refuse = () => Promise.reject(failure());
  const give = () => Promise.resolve('signal');
  expect(await run(0, refuse)).toEqual([null, 'heart get: got status 2556']);
  expect(await run(1, refuse)).toEqual([null, 'heart get: got status 2556']);
  const waiting = 'heart get: got status 2556; asked for again from 1970-01-01T01:00:01Z on';
  expect(await run(HOUR, give)).toEqual([null, waiting]);
  expect(await run(HOUR, give, 1)).toEqual([null, waiting]);
  expect(await run(HOUR, refuse, 2)).toEqual([null, 'heart get: got status 2556']);
  expect(await run(3 * HOUR - 1, give)).toEqual([null, expect.stringMatching(/again from 1970-01-01T03:00:00Z on/)]);
  expect(await run(3 * HOUR, give)).toEqual(['signal']);
  expect(await run(3 * HOUR, refuse)).toEqual([null, 'heart get: got status 2556']);
  expect(await run(3 * HOUR, give)).toEqual(['signal']);
});

test('tokens and a server out of reach are of more than one thing; a connection that broke is not', async () => {
  const { archive, ask, troubles } = await openTroubles(await temporaryFolder(), 0);
  onTestFinished(() => archive.close());
  const refused = failure({ reason: 'network', retry: 'later' }, Object.assign(new Error(), { code: 'ECONNREFUSED' }));
  const broken = failure({ reason: 'network', retry: 'later' }, Object.assign(new Error(), { code: 'ECONNRESET' }));
  await expect(ask(() => Promise.reject(refused))).rejects.toBe(refused);
  await expect(ask(() => Promise.reject(failure({ reason: 'authentication' })))).rejects.toThrow(ApiError);
  await expect(ask(() => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
  expect(await ask(() => Promise.reject(broken))).toBeNull();
  expect(archive.state.refusals('363', 'ecg')).toMatchObject([{ count: 1 }]);
  expect(troubles.lines).toEqual([]);
});

test('a few things in a row that time could not help end their sort', async () => {
  const { archive, troubles } = await openTroubles(await temporaryFolder(), 0);
  onTestFinished(() => archive.close());
  let asked = 0;
  await troubles.among('ecg', async () => {
    for (let signalId = 0; signalId < 9; signalId++) {
      const tell = (reason: string): void => troubles.tell(`ecg ${signalId}`, reason);
      await troubles.ask({ kind: 'ecg', signalId }, { tell }, async () => {
        asked++;
        if (signalId === 1) return;
        throw failure({ reason: 'timeout', retry: 'later' });
      });
    }
  });
  expect(asked).toBe(5);
  expect(troubles.lines.at(-1)).toBe('ecg: given up after 3 failures in a row: heart get: got status 2556');
});

test('odd entries are told one by one, and many in a count', async () => {
  const { archive, troubles } = await openTroubles(await temporaryFolder(), 0);
  onTestFinished(() => archive.close());
  troubles.tellOdd(
    'ecg: heart list',
    Array.from({ length: 9 }, (_, i) => `series[${i}]: got 5`),
  );
  expect(troubles.lines).toHaveLength(6);
  expect(troubles.lines.at(-1)).toBe('ecg: heart list: 4 more odd entries: passed over');
});
