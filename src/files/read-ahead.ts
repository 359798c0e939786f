/** A file piece by piece, the next one read while the caller works. */

import { type FileHandle, open } from 'node:fs/promises';

/**
 * The bytes of a file in pieces of `bytes` at most. Two buffers take turns: a piece is good until the next but one is
 * asked for. Fresh memory for each would cost more than the reading itself.
 */
export async function* readAhead(path: string, bytes: number): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    let [buffer, other] = [Buffer.allocUnsafeSlow(bytes), Buffer.allocUnsafeSlow(bytes)];
    for (let reading = begin(file, buffer); ; [buffer, other] = [other, buffer]) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = begin(file, other);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function begin(file: FileHandle, buffer: Buffer): Promise<{ readonly bytesRead: number }> {
  const reading = file.read(buffer, 0, buffer.length, null);
  // A failure is told when the piece is asked for, or to nobody when the caller has stopped.
  reading.catch(() => {});
  return reading;
}
