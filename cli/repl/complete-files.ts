import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SHOWN_MAX = 100;

/** Paths that may follow what is typed: folders, and files with these endings. */
export function filesFor(typed: string, endings: readonly string[]): string[] {
  const folder = typed.endsWith('/') ? typed : dirname(typed === '' ? '.' : typed);
  const isHere = !typed.includes('/');
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(
        entry =>
          !entry.name.startsWith('.') &&
          (entry.isDirectory() || endings.some(ending => entry.name.endsWith(ending))),
      )
      .map(entry => `${isHere ? entry.name : join(folder, entry.name)}${entry.isDirectory() ? '/' : ''}`)
      .slice(0, SHOWN_MAX);
  } catch {
    return [];
  }
}
