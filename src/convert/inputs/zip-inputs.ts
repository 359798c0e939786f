/**
 * The account export as it is downloaded: a zip, of which each `signal.csv` is an input that is read where it lies.
 *
 * Of the other entries only the names are looked at. What a zip says of itself is not believed further than its entries:
 * their number, their size against that of the zip, and, as they are read, size and CRC of each.
 */

import { basename } from 'node:path/posix';
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { messageOf, throwIfAborted } from '../../core/errors.ts';
import { nameOfEntry } from '../../dataset/input-names.ts';
import type { FoundInputs, ListedFile } from './found-inputs.ts';
import { isTakenFromZips } from './taken-names.ts';

const MOST_ENTRIES = 20_000;

/** Text with numbers shrinks to a third; even flat lines of zeros stay below this. */
const MOST_RATIO = 200;

/** Whatever the ratio. */
const HARMLESS_BYTES = 64 << 20;

const METHODS: Readonly<Record<number, 'stored' | 'deflate'>> = { 0: 'stored', 8: 'deflate' };

const LONGEST_NAME = 1000;

export interface ZipOptions {
  readonly found: FoundInputs;
  /** A zip that the caller named must hold an export; of those in folders others are passed over. */
  readonly isNamed: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * @param name of the zip
 * @param real its path without links
 * @throws AbortedError when the signal fires
 */
export async function addZip(name: string, real: string, options: ZipOptions): Promise<void> {
  const { found, isNamed, signal } = options;
  try {
    const zip = await openPromise(real, { autoClose: false, decodeStrings: false });
    try {
      const { exports, others } = await entriesOf(zip, signal);
      if (exports.length > 0) await addExports(zip, exports, name, real, found);
      else if (isNamed) throw new Error(`a zip with ${others.length} files, none of them a signal.csv`);
      else found.passOver(real, { name, what: 'file' });
      if (exports.length === 0) return;
      for (const other of others) {
        const entry = nameOfEntry(name, other.slice(0, LONGEST_NAME));
        found.passOver(`${real}\0${other}`, { name: entry, what: 'file' });
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    throwIfAborted(signal);
    found.fail(
      name,
      `${messageOf(error)}; expected the account export as it is downloaded: download it again, or unpack it`,
    );
  }
}

type Export = { readonly name: string; readonly entry: Entry };

async function entriesOf(
  zip: ZipFile,
  signal: AbortSignal | undefined,
): Promise<{ readonly exports: readonly Export[]; readonly others: readonly string[] }> {
  if (zip.entryCount > MOST_ENTRIES) throw new Error(`a zip of ${zip.entryCount} entries, more than ${MOST_ENTRIES}`);
  const exports: Export[] = [];
  const others: string[] = [];
  for await (const entry of zip.eachEntry()) {
    throwIfAborted(signal);
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
    if (name.endsWith('/')) continue;
    if (isTakenFromZips(basename(name.replaceAll('\\', '/')))) exports.push({ name, entry });
    else others.push(name);
  }
  const bytes = exports.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  if (bytes > Math.max(HARMLESS_BYTES, MOST_RATIO * zip.fileSize)) {
    throw new Error(
      `a zip of ${zip.fileSize} bytes that would unpack to ${bytes}, more than ${MOST_RATIO} times as many`,
    );
  }
  return { exports, others };
}

async function addExports(
  zip: ZipFile,
  exports: readonly Export[],
  zipName: string,
  real: string,
  found: FoundInputs,
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { name } of exports) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { name, entry } of exports) {
    const refusal =
      counts.get(name) === 1
        ? refusalOf(name, entry)
        : `one of ${counts.get(name)} entries of this name in the zip; unpack it`;
    const input = nameOfEntry(zipName, name.slice(0, LONGEST_NAME));
    if (refusal === null) found.add(await inputOf(zip, entry, input, real));
    else found.fail(input, refusal);
  }
}

function refusalOf(name: string, entry: Entry): string | null {
  if (name.length > LONGEST_NAME)
    return `a name of ${name.length} characters, more than ${LONGEST_NAME}; unpack the zip`;
  if (entry.isEncrypted()) return 'encrypted; unpack the zip with its password';
  const { compressionMethod: method } = entry;
  return METHODS[method] === undefined ? `compressed by method ${method}, expected 0 or 8; unpack the zip` : null;
}

async function inputOf(zip: ZipFile, entry: Entry, name: string, real: string): Promise<ListedFile> {
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const { compressedSize: bytes, uncompressedSize, crc32, compressionMethod } = entry;
  const method = METHODS[compressionMethod] ?? 'stored';
  const packed = { method, bytes: uncompressedSize, crc32 };
  return { name, path: real, bytes, range: { offset: fileDataStart, bytes }, packed };
}
