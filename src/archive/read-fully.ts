import type { FileHandle } from 'node:fs/promises';

/** Fills the buffer from `position` on; the bytes read, fewer only at the end of the file. */
export async function readFully(file: FileHandle, buffer: Uint8Array, position: number): Promise<number> {
  let total = 0;
  while (total < buffer.byteLength) {
    const { bytesRead } = await file.read(buffer, total, buffer.byteLength - total, position + total);
    if (bytesRead === 0) break;
    total += bytesRead;
  }
  return total;
}
