import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openTurns, sideBySide } from '../../../src/fetch/turns.ts';

describe('turns', () => {
  it('let so many work at a time, first come, first served', async () => {
    const turns = openTurns(2);
    const order: number[] = [];
    let most = 0;
    let atWork = 0;
    await Promise.all(
      [5, 1, 1, 1].map((ms, i) =>
        turns.take(async () => {
          most = Math.max(most, ++atWork);
          order.push(i);
          await sleep(ms);
          atWork--;
        }),
      ),
    );
    expect([most, order]).toEqual([2, [0, 1, 2, 3]]);
  });

  it('go on after a failure', async () => {
    const turns = openTurns(1);
    const failing = turns.take(async () => Promise.reject(new Error('no')));
    const next = turns.take(async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});

describe('work side by side', () => {
  it('is begun in order, and no more of it than asked for at a time', async () => {
    const begun: number[] = [];
    let most = 0;
    let atWork = 0;
    await sideBySide(3, [9, 1, 1, 1, 1, 1, 1], async (ms) => {
      begun.push(begun.length);
      most = Math.max(most, ++atWork);
      await sleep(ms);
      atWork--;
    });
    expect([most, begun]).toEqual([3, [0, 1, 2, 3, 4, 5, 6]]);
  });

  it('ends what is under way after a failure, begins nothing more, and throws it', async () => {
    const ended: string[] = [];
    const work = sideBySide(2, ['bad', 'slow', 'never'], async (what) => {
      if (what === 'bad') throw new Error('bad');
      await sleep(5);
      ended.push(what);
    });
    await expect(work).rejects.toThrow('bad');
    expect(ended).toEqual(['slow']);
  });
});
