import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPeer } from '../../../peer/index.ts';
import { defineService } from '../../../services/index.ts';

const page = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/services.md'), 'utf8');

/** The names in the first column of the table under a heading. */
function namesUnder(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = [...section.matchAll(/^\| (`[^|]*`) +\|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap(cell => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)).toSorted();
}

/** The names that the code knows: a complaint about an unknown one lists them. */
function knownTo(make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    const [, ...names] = [...String(error).matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    return names.toSorted();
  }
}

// Its examples run in test/e2e/docs.test.ts.
describe('docs/services.md', () => {
  it('names every key of a function', () => {
    const known = knownTo(() => defineService({ id: 's', functions: { f: { zzzzzz: 1 } } } as never));
    expect(known.length).toBeGreaterThan(5);
    expect(namesUnder('The declaration')).toEqual(known);
  });

  it('names every option of createPeer', () => {
    const known = knownTo(() => createPeer({ zzzzzz: 1 } as never));
    expect(known.length).toBeGreaterThan(10);
    expect(namesUnder('Options of `createPeer`')).toEqual(known);
  });
});
