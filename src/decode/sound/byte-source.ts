/** Bytes that come in pieces of any size, read as if they were one: where the pieces end never shows. */

export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #position = 0;
  #ended = false;

  /** @param chunks each is good until the next is asked for */
  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Bytes read or passed over so far. */
  get position(): number {
    return this.#position;
  }

  /** The next `count` bytes, fewer only where the input ends; they stay to be read. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length < count && !this.#ended) {
      // A copy: a Buffer's own slice would not be one, and the chunk ends when the next is asked for.
      const before = new Uint8Array(this.#held);
      this.#held = before;
      const chunk = await this.#next();
      if (chunk !== null) this.#held = before.length === 0 ? chunk : Buffer.concat([before, chunk]);
    }
    return this.#held.subarray(0, count);
  }

  /** The next `count` bytes, fewer only where the input ends. */
  async read(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(await this.peek(count));
    this.#take(bytes.length);
    return bytes;
  }

  async skip(count: number): Promise<void> {
    for await (const _ of this.pieces(count));
  }

  /** The next `count` bytes in pieces, fewer only where the input ends; each is good until the next is asked for. */
  async *pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (this.#held.length === 0) {
        const chunk = await this.#next();
        if (chunk === null) return;
        this.#held = chunk;
      }
      const piece = this.#held.subarray(0, left);
      this.#take(piece.length);
      left -= piece.length;
      if (piece.length > 0) yield piece;
    }
  }

  /** Whoever gives the chunks may close what they come from. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#chunks.return?.();
  }

  #take(count: number): void {
    this.#held = this.#held.subarray(count);
    this.#position += count;
  }

  async #next(): Promise<Uint8Array | null> {
    if (this.#ended) return null;
    const next = await this.#chunks.next();
    if (next.done !== true) return next.value;
    this.#ended = true;
    return null;
  }
}
