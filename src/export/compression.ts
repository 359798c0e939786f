/**
 * Compressed buffers of a record batch (Arrow, Message.fbs, `BodyCompression`): each is the length of its content as int64,
 * then the frame; a length of -1 says that the content follows as it is.
 */

import { encodeLz4Frame } from './lz4-frame.ts';

/** What the buffers of a file may be, the default first. */
export const COMPRESSIONS = ['none', 'lz4'] as const;

export type Compression = (typeof COMPRESSIONS)[number];

const PREFIX_BYTES = 8;
const AS_IT_IS = -1n;
const ALIGNMENT = 8;

/** A body as apache-arrow's writer takes it. */
export type CompressedBody = {
  readonly byteLength: number;
  /** Where in the body each buffer lies, its prefix included. */
  readonly bufferRegions: { offset: number; length: number }[];
  /** Prefix and bytes of each, both empty for an empty one. */
  readonly buffers: Uint8Array[];
};

export function compressBuffers(buffers: readonly ArrayBufferView[]): CompressedBody {
  const body: CompressedBody['buffers'] = [];
  const bufferRegions: CompressedBody['bufferRegions'] = [];
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of buffers) {
    const [prefix, bytes] = compressed(new Uint8Array(buffer, byteOffset, byteLength));
    const length = prefix.length + bytes.length;
    body.push(prefix, bytes);
    bufferRegions.push({ offset, length });
    offset += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
  return { byteLength: offset, bufferRegions, buffers: body };
}

function compressed(bytes: Uint8Array): readonly [Uint8Array, Uint8Array] {
  if (bytes.length === 0) return [bytes, bytes];
  const frame = encodeLz4Frame(bytes);
  const isSmaller = frame.length < bytes.length;
  const prefix = new Uint8Array(PREFIX_BYTES);
  new DataView(prefix.buffer).setBigInt64(0, isSmaller ? BigInt(bytes.length) : AS_IT_IS, true);
  return [prefix, isSmaller ? frame : bytes];
}
