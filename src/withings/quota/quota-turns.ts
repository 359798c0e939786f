/** Who is next: users take turns, and the requests of a user go in the order they came. */

export type Turn = { readonly user: string; readonly key: string };

export class QuotaTurns<T extends Turn> {
  /** The user who waited longest for a turn comes first. */
  readonly #users = new Map<string, Set<T>>();

  get empty(): boolean {
    return this.#users.size === 0;
  }

  /** All that wait, user by user. */
  *[Symbol.iterator](): Generator<T> {
    for (const waiting of this.#users.values()) yield* waiting;
  }

  add(turn: T): void {
    const waiting = this.#users.get(turn.user);
    if (waiting === undefined) this.#users.set(turn.user, new Set([turn]));
    else waiting.add(turn);
  }

  /** The user's next turn comes after those of all others. */
  remove(turn: T): void {
    const waiting = this.#users.get(turn.user);
    if (waiting === undefined || !waiting.delete(turn)) return;
    this.#users.delete(turn.user);
    if (waiting.size > 0) this.#users.set(turn.user, waiting);
  }

  removeAll(): readonly T[] {
    const all = [...this];
    this.#users.clear();
    return all;
  }

  /** At most `limit` that `take` takes, in rounds over the users; what it leaves is passed over. Nothing is removed. */
  pick(limit: number, take: (turn: T) => boolean): readonly T[] {
    const picked: T[] = [];
    let round = [...this.#users.values()].map((waiting) => waiting.values());
    while (round.length > 0) {
      const next: typeof round = [];
      for (const waiting of round) {
        if (picked.length === limit) return picked;
        const turn = firstOf(waiting, take);
        if (turn === undefined) continue;
        picked.push(turn);
        next.push(waiting);
      }
      round = next;
    }
    return picked;
  }
}

/** Not `for...of`, which would end the iterator. */
function firstOf<T>(turns: Iterator<T>, take: (turn: T) => boolean): T | undefined {
  for (let next = turns.next(); next.done !== true; next = turns.next()) {
    if (take(next.value)) return next.value;
  }
  return undefined;
}
