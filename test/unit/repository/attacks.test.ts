import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const security = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const files = readdirSync(join(ROOT, 'test/attack')).toSorted();
const textOf = (file: string): string => readFileSync(join(ROOT, 'test/attack', file), 'utf8');

/** The part of SECURITY.md under a heading. */
function section(heading: string): string {
  const [, after = ''] = security.split(`\n## ${heading}\n`);
  return after.split('\n## ')[0] as string;
}

const linkedIn = (text: string): string[] =>
  [...text.matchAll(/\]\(test\/attack\/([\w.-]+)\)/g)].map(([, file = '']) => file);

describe('the attack suite', () => {
  it('has an attack a file', () => expect(files.length).toBeGreaterThan(70));

  it('is linked, file by file, from the guarantee that each attack tries', () => {
    const linked = linkedIn(section('What is guaranteed'));
    expect(linked.toSorted()).toEqual(files);
  });

  it('is linked from the table of roles only where it exists', () => {
    const linked = linkedIn(section('Attacks, by who tries them'));
    expect(linked.filter(file => !files.includes(file))).toEqual([]);
    expect(linked.length).toBeGreaterThan(40);
  });

  it('links every file under its own name', () => {
    const wrong = [...security.matchAll(/\[([\w-]+)\]\(test\/attack\/([\w-]+)\.test\.ts\)/g)].filter(
      ([, name, file]) => name !== file,
    );
    expect(wrong.map(([link]) => link)).toEqual([]);
  });

  it.each(files)('%s states goal, means and the check that refuses, and has an honest twin', file => {
    const text = textOf(file);
    expect(text).toMatch(/^\/\/ Goal: {4}\S.*\n\/\/ Means: {3}\S.*\n\/\/ Refused: \S/m);
    // After `it(`, `test(`, or the closing bracket of `each(…)`.
    const titles = [...text.matchAll(/(?:\b(?:it|test)|\))\(\s*(['"`])(.+?)\1,/g)].map(
      ([, , title = '']) => title,
    );
    const [twins, attacks] = [true, false].map(isTwin =>
      titles.filter(title => /^(the )?honest twin/.test(title) === isTwin),
    );
    expect(twins).not.toEqual([]);
    expect(attacks).not.toEqual([]);
  });
});
