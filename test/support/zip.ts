/** Zip files as other programs write them, and as they should not be. After APPNOTE.TXT 6.3.10 of PKWARE. */

import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** Bytes where it is no UTF-8. */
  readonly name: string | Uint8Array;
  readonly content: string | Uint8Array;
  /** @default deflate */
  readonly stored?: boolean;
  /** Sizes and CRC stand behind the data, as in what is written to a pipe. */
  readonly descriptor?: boolean;
  /** Sizes in 64 bits. */
  readonly zip64?: boolean;
  readonly encrypted?: boolean;
  /** What the directory says instead of the truth. */
  readonly claims?: { readonly method?: number; readonly bytes?: number; readonly crc32?: number };
}

export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { stored = false, descriptor = false, zip64 = false, encrypted = false, claims = {} } = entry;
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content);
    const data = stored ? content : deflateRawSync(content);
    const flags = (descriptor ? 8 : 0) | (encrypted ? 1 : 0) | (typeof entry.name === 'string' ? 0x800 : 0);
    const method = claims.method ?? (stored ? 0 : 8);
    const crc = claims.crc32 ?? crc32(content);
    const bytes = claims.bytes ?? content.length;
    const known = descriptor ? [0, 0, 0] : [crc, data.length, content.length];
    const local = words(
      [4, 0x04034b50],
      [2, 20],
      [2, flags],
      [2, method],
      [4, 0],
      ...known.map((n): Word => [4, n]),
      [2, name.length],
      [2, 0],
    );
    const behind = descriptor
      ? words([4, 0x08074b50], [4, crc], [4, data.length], [4, content.length])
      : Buffer.alloc(0);
    parts.push(local, name, data, behind);
    const sizes = zip64 ? [0xffffffff, 0xffffffff] : [data.length, bytes];
    const extra = zip64 ? words([2, 1], [2, 16], [8, bytes], [8, data.length]) : Buffer.alloc(0);
    directory.push(
      words(
        [4, 0x02014b50],
        [2, 0x314],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
        ...sizes.map((n): Word => [4, n]),
      ),
      words([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      name,
      extra,
    );
    offset += local.length + name.length + data.length + behind.length;
  }
  const central = Buffer.concat(directory);
  const end = words(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, central.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...parts, central, end]);
}

type Word = readonly [bytes: 2 | 4 | 8, value: number];

function words(...list: readonly Word[]): Buffer {
  return Buffer.concat(
    list.map(([bytes, value]) => {
      const word = Buffer.alloc(bytes);
      if (bytes === 8) word.writeBigUInt64LE(BigInt(value));
      else word.writeUIntLE(value, 0, bytes);
      return word;
    }),
  );
}
