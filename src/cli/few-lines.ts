/** Of what one input has to tell, the first lines and a count: a broken file must not bury what is told of the others. */

/** As many as still fit beside those of other inputs. */
const LINES_OF_INPUT = 5;

export type InputLine = { readonly input: string; readonly line: string };

/**
 * @param all nothing is left out
 * @param countLine says of an input how many lines there are more
 */
export function fewLines(
  lines: Iterable<InputLine>,
  all: boolean,
  countLine: (input: string, more: number) => string,
): readonly string[] {
  const byInput = new Map<string, string[]>();
  for (const { input, line } of lines) {
    const known = byInput.get(input);
    if (known === undefined) byInput.set(input, [line]);
    else known.push(line);
  }
  return [...byInput].flatMap(([input, told]) =>
    // A count takes a line as well.
    all || told.length <= LINES_OF_INPUT + 1
      ? told
      : [...told.slice(0, LINES_OF_INPUT), countLine(input, told.length - LINES_OF_INPUT)],
  );
}
