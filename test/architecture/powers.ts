import { parseSync, Visitor } from 'rolldown/utils';

/**
 * Every power whose last digit is not the same in all engines, one line each: since V8 13.6 (Node 24) `**` and `Math.pow`
 * round otherwise. Squares and whole powers of 2 and 4 are exact, BigInts are, and `power` of `dsp/design/power.ts` is as
 * good as a double can be.
 */
export function inexactPowers(path: string, text: string): readonly string[] {
  const found: string[] = [];
  const tell = (at: number): void => {
    found.push(`${path}:${text.slice(0, at).split('\n').length}: a power that engines round otherwise: use power()`);
  };
  new Visitor({
    BinaryExpression({ operator, left, right, start }) {
      if (operator === '**' && !isOneOf(left, ['2', '4', '10n']) && !isOneOf(right, ['2'])) tell(start);
    },
    AssignmentExpression({ operator, right, start }) {
      if (operator === '**=' && !isOneOf(right, ['2'])) tell(start);
    },
    MemberExpression({ object, property, start }) {
      if (object.type === 'Identifier' && object.name === 'Math' && 'name' in property && property.name === 'pow')
        tell(start);
    },
  }).visit(parseSync(path, text, { lang: 'ts' }).program);
  return found;
}

function isOneOf(node: { readonly type: string; readonly raw?: unknown }, literals: readonly string[]): boolean {
  return node.type === 'Literal' && typeof node.raw === 'string' && literals.includes(node.raw);
}
