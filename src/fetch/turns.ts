/** Requests under way at a time: users take turns, so that a month of raw data of one starves nobody. */

export interface Turns {
  /** Runs `work` when it is its turn: first come, first served. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/** @param atOnce how much is under way at a time */
export function openTurns(atOnce: number): Turns {
  let underWay = 0;
  const waiting: (() => void)[] = [];
  return {
    take: async (work) => {
      if (underWay === atOnce) await new Promise<void>((go) => waiting.push(go));
      else underWay++;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) underWay--;
        else next();
      }
    },
  };
}

/** The items of a generator, each fetched in a turn of its own. */
export async function* inTurns<T>(turns: Turns, source: AsyncGenerator<T, void, undefined>): AsyncGenerator<T> {
  for (;;) {
    const item = await turns.take(() => source.next());
    if (item.done === true) return;
    yield item.value;
  }
}

/** Works on the items in their order, `count` at a time. After a failure none is begun; those under way end, then it is thrown. */
export async function sideBySide<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.toReversed();
  async function lane(): Promise<void> {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      try {
        await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: count }, lane));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
}
