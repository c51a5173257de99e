import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '../../../services');
const index = readFileSync(join(FOLDER, 'index.ts'), 'utf8');

/** Every name that the package gives out, with the file that declares it. */
const exported = [...index.matchAll(/^export (type )?\{(.*?)\} from '\.\/(.*?)';$/gms)].flatMap(
  ([, type, names = '', file = '']) =>
    names
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== '')
      .map(name => ({ name, file, isType: type !== undefined })),
);

/** The doc comment directly before a declaration. */
function commentOf(file: string, name: string): string | undefined {
  const source = readFileSync(join(FOLDER, file), 'utf8');
  const declared = new RegExp(
    `^export (?:abstract |async )?(?:interface|type|function|const|class) ${name}\\b`,
    'm',
  );
  const at = source.search(declared);
  const before = source.slice(0, at).trimEnd();
  if (at < 0 || !before.endsWith('*/')) return undefined;
  return before.slice(before.lastIndexOf('/**'));
}

describe('beryl/services', () => {
  it('gives out names', () => expect(exported.length).toBeGreaterThan(60));

  it.each(exported)('$name has a doc comment', ({ file, name }) => {
    expect(commentOf(file, name)).toBeDefined();
  });

  it.each(exported.filter(({ isType }) => !isType))('$name has an example', ({ file, name }) => {
    expect(commentOf(file, name)).toContain('@example');
  });
});
