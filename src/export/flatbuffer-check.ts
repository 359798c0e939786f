/**
 * Whether Arrow's metadata can be read at all: every table, vector and string it refers to lies within its bytes.
 *
 * apache-arrow trusts the lengths it finds; one damaged byte in a file can keep it busy for hours. The layouts are those
 * of Arrow's File.fbs, Message.fbs and Schema.fbs; the encoding is FlatBuffers' (little-endian):
 *
 * - table: int32 distance back to its vtable, then its fields
 * - vtable: uint16 its bytes, uint16 bytes of the table, then per field uint16 its place in the table, 0: not there
 * - reference: uint32 distance forward to a table, vector or string
 * - vector, string: uint32 number of items, then the items
 */

/** How the fields of a table that refer to something are laid out, by field number. Numbers need no check. */
type Layout = { readonly [field: number]: Reference };

/** A table, a vector of tables, or a vector of items of so many bytes. */
type Reference = { readonly table: () => Layout } | { readonly tables: () => Layout } | { readonly itemBytes: number };

const STRING: Reference = { itemBytes: 1 };
const KEY_VALUE: Layout = { 0: STRING, 1: STRING };
const KEY_VALUES: Reference = { tables: () => KEY_VALUE };
const BLOCKS: Reference = { itemBytes: 24 };

/** Types and encodings: nothing in them is read in a loop. */
const PLAIN: Reference = { table: () => ({}) };
const FIELD: Layout = {
  0: STRING,
  3: PLAIN,
  4: PLAIN,
  5: { tables: () => FIELD },
  6: KEY_VALUES,
};
const SCHEMA: Layout = { 1: { tables: () => FIELD }, 2: KEY_VALUES, 3: { itemBytes: 8 } };
const RECORD_BATCH: Layout = {
  1: { itemBytes: 16 },
  2: { itemBytes: 16 },
  3: PLAIN,
  4: { itemBytes: 8 },
};

export const FOOTER: Layout = { 1: { table: () => SCHEMA }, 2: BLOCKS, 3: BLOCKS, 4: KEY_VALUES };
export const RECORD_BATCH_MESSAGE: Layout = { 2: { table: () => RECORD_BATCH }, 4: KEY_VALUES };

/** Tables of one footer or message; a schema of a thousand columns has some ten thousand. */
const MAX_TABLES = 1_000_000;

/** @throws Error when the buffer is not a whole table of that layout */
export function checkFlatbuffer(bytes: Uint8Array, layout: Layout): void {
  try {
    new FlatbufferCheck(bytes).check(layout);
  } catch (error) {
    throw new Error('got damaged metadata', { cause: error });
  }
}

class FlatbufferCheck {
  readonly #view: DataView;
  #tables = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  check(root: Layout): void {
    this.#checkTable(this.#view.getUint32(0, true), root);
  }

  #checkTable(at: number, expected: Layout): void {
    if (++this.#tables > MAX_TABLES) {
      throw new RangeError('too many tables');
    }
    const view = this.#view;
    const vtable = at - view.getInt32(at, true);
    const vtableBytes = view.getUint16(vtable, true);
    for (const [field, reference] of Object.entries(expected)) {
      const slot = 4 + 2 * Number(field);
      const place = slot < vtableBytes ? view.getUint16(vtable + slot, true) : 0;
      if (place !== 0) {
        this.#checkReference(at + place, reference);
      }
    }
  }

  #checkReference(at: number, reference: Reference): void {
    const view = this.#view;
    const target = at + view.getUint32(at, true);
    if ('table' in reference) {
      this.#checkTable(target, reference.table());
      return;
    }
    const items = view.getUint32(target, true);
    const end = target + 4 + items * ('tables' in reference ? 4 : reference.itemBytes);
    if (end > view.byteLength) {
      throw new RangeError(`${items} items at ${target} of ${view.byteLength} bytes`);
    }
    if ('tables' in reference) {
      for (let item = target + 4; item < end; item += 4) {
        this.#checkTable(item + view.getUint32(item, true), reference.tables());
      }
    }
  }
}
