/** Objects with long lists as JSON files, element by element: as one text they would be held three times over. */

import { writeWhole } from '../files/sink.ts';

/** Characters written together. */
const PIECE_CHARACTERS = 1 << 16;

/**
 * Writes `JSON.stringify(value, null, indent)`, generators among its members as lists, and a line feed; the file is there whole or not at all.
 *
 * @param indent spaces a level; 0: no line breaks
 * @throws DatasetError when the file cannot be written
 */
export function writeJson(
  path: string,
  value: object,
  indent: number,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  return writeWhole(path, async (file) => {
    file.hash();
    let text = '';
    for (const piece of jsonPieces(value, indent)) {
      text += piece;
      if (text.length < PIECE_CHARACTERS) continue;
      await file.write(Buffer.from(text));
      text = '';
    }
    await file.write(Buffer.from(`${text}\n`));
    return file.finishHashed();
  });
}

/** Lists and generators that are members of `value` come one element a piece, as lists. */
export function* jsonPieces(value: object, indent: number): Generator<string> {
  const lineAt = (depth: number): string => (indent === 0 ? '' : `\n${' '.repeat(indent * depth)}`);
  const [member, element, colon] = [lineAt(1), lineAt(2), indent === 0 ? ':' : ': '];
  // A line feed within a text is written `\n`: those that are there are breaks between lines.
  const textOf = (part: unknown, line: string): string => JSON.stringify(part, null, indent).replaceAll('\n', line);
  let before = '{';
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue;
    yield `${before}${member}${JSON.stringify(name)}${colon}`;
    before = ',';
    if (!isIterable(part)) {
      yield textOf(part, member);
      continue;
    }
    let count = 0;
    for (const one of part) yield `${count++ === 0 ? '[' : ','}${element}${textOf(one, element)}`;
    yield count === 0 ? '[]' : `${member}]`;
  }
  yield before === '{' ? '{}' : `${lineAt(0)}}`;
}

function isIterable(part: unknown): part is Iterable<unknown> {
  return typeof part === 'object' && part !== null && Symbol.iterator in part;
}
