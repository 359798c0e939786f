import { readdirSync, readFileSync } from 'node:fs';
import type { Sources } from './rules.ts';

export const ROOT = new URL('../../', import.meta.url);

/** Every TypeScript file of these folders. */
export function readSources(folders: readonly string[]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })) {
      const path = `${folder}/${entry.replaceAll('\\', '/')}`;
      if (path.endsWith('.ts')) sources.set(path, readFileSync(new URL(path, ROOT), 'utf8'));
    }
  }
  return sources;
}
