/** The memory behind a message's typed arrays: what is moved to the other thread instead of cloned. */

/** Each whole ArrayBuffer under `message` once; a buffer that only part of is used, or shared memory, is left to cloning. */
export function buffersOf(message: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(message, found);
  return [...found];
}

function collect(value: unknown, found: Set<ArrayBuffer>): void {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (value instanceof Map || Array.isArray(value)) {
    for (const part of value.values()) collect(part, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, found);
  }
}
