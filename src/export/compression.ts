/**
 * Compressed buffers of a record batch (Arrow, Message.fbs, `BodyCompression`): each is the length of its content as int64,
 * then the frame; a length of -1 says that the content follows as it is.
 *
 * An engine was seen to decode a frame in ten thousand wrongly, without an error. So each frame is decoded before it is
 * written, and what is decoded later is encoded again: equal content gives an equal frame, and no other content does.
 */

import { DatasetError } from '../core/errors.ts';
import { decodeLz4Frame, encodeLz4Frame } from './lz4-frame.ts';

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

/** @throws DatasetError when a frame does not give back its content, which is a fault of the engine or of the machine */
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

/** The content of a frame that {@link compressBuffers} has made. @throws Error when it is damaged, or decoded wrongly */
export function contentOfFrame(frame: Uint8Array): Uint8Array {
  const content = decodeLz4Frame(frame);
  if (!areEqual(encodeLz4Frame(content), frame)) {
    throw new Error(`got an LZ4 frame that does not come of its content (${process.release.name} ${process.version})`);
  }
  return content;
}

function compressed(bytes: Uint8Array): readonly [Uint8Array, Uint8Array] {
  if (bytes.length === 0) return [bytes, bytes];
  const frame = encodeLz4Frame(bytes);
  const isSmaller = frame.length < bytes.length;
  if (isSmaller && !areEqual(decodeLz4Frame(frame), bytes)) {
    throw new DatasetError(
      `cannot compress ${bytes.length} bytes: ${process.release.name} ${process.version} decodes them to others; ` +
        'use another version of it, or --compression none',
    );
  }
  const prefix = new Uint8Array(PREFIX_BYTES);
  new DataView(prefix.buffer).setBigInt64(0, isSmaller ? BigInt(bytes.length) : AS_IT_IS, true);
  return [prefix, isSmaller ? frame : bytes];
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
