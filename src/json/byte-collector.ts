/** Bytes that come in pieces, as one array. */

/** Memory kept between uses. */
const KEPT_CAPACITY = 65_536;

/** Most never hold a byte: memory comes with the first. */
const NO_BYTES = new Uint8Array(0);

const FIRST_CAPACITY = 256;

export class ByteCollector {
  #bytes = NO_BYTES;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view, valid until the next change. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2, FIRST_CAPACITY));
      grown.set(this.bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_CAPACITY) this.#bytes = NO_BYTES;
  }
}
