/**
 * What a TypeScript source imports: static and re-exporting statements, type-only ones too, dynamic and type-position
 * `import('...')`. The formatter puts every statement on a line of its own, so that a line anchor tells a statement
 * from a word in a comment or a string; a false hit would be loud, a miss would not be, so the patterns err to hits.
 */
export function importsOf(source: string): readonly string[] {
  const found: string[] = [];
  for (const pattern of PATTERNS) {
    for (const match of source.matchAll(pattern)) found.push(match[1] ?? COMPUTED);
  }
  return found;
}

/** Stands for a dynamic import whose name is not a literal. */
export const COMPUTED = '(computed)';

const PATTERNS = [
  /^\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
  /^\s*import\s*['"]([^'"\n]+)['"]/gm,
  /\bimport\(\s*(?:['"]([^'"\n]+)['"]|[^'"\s])/g,
];

/** Path of a relative specifier as seen from `importer`, both from the project's root: `src/a/b.ts`. */
export function resolveRelative(importer: string, specifier: string): string {
  return new URL(specifier, `file:///${importer}`).pathname.slice(1);
}

/** Name of the package a bare specifier belongs to: `@scope/name/file` to `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
