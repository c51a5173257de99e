import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as airGrammar from '../../../air-grammar/index.ts';
import * as interpreter from '../../../interpreter/index.ts';
import * as services from '../../../services/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const FOLDERS = ['air-grammar', 'interpreter', 'services', 'peer', 'audit'];
/** Folders whose exports are not all documented yet. An entry without such an export fails the last test. */
const PENDING: readonly string[] = ['peer', 'audit'];

/** Names that a file exports from others, with the file where each is declared. */
function exportsOf(file: string): { name: string; path: string }[] {
  return [...read(file).matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)].flatMap(
    ([, list = '', from = '']) =>
      list
        .split(',')
        .map(entry => entry.replace(/^\s*type /, '').trim())
        .filter(name => name !== '')
        .map(entry => ({ name: entry.split(' as ')[0] as string, path: join(dirname(file), from) })),
  );
}

function isDocumented({ name, path }: { name: string; path: string }): boolean {
  const declaration = new RegExp(
    `(\\*/\\s*)?export (?:abstract )?(?:async )?(?:const|function\\*?|class|interface|type) ${name}\\b`,
  ).exec(read(path));
  if (declaration !== null) return declaration[1] !== undefined;
  const passedOn = exportsOf(path).find(entry => entry.name === name);
  return passedOn !== undefined && isDocumented(passedOn);
}

const undocumented = FOLDERS.flatMap(folder =>
  exportsOf(`${folder}/index.ts`)
    .filter(entry => !isDocumented(entry))
    .map(({ name, path }) => `${path}: ${name}`),
);
const isPending = (entry: string): boolean => PENDING.some(folder => entry.startsWith(`${folder}/`));

it('every public export has a doc comment', () => {
  expect(undocumented.filter(entry => !isPending(entry))).toEqual([]);
  expect(exportsOf('services/index.ts').length).toBeGreaterThan(50);
});

it('every pending folder still has an undocumented export', () => {
  expect(PENDING.filter(folder => !undocumented.some(entry => entry.startsWith(`${folder}/`)))).toEqual([]);
});

/** `@example expression // value`, where the value is a literal. */
const EXAMPLE = /@example (\S.*?) \/\/ (['"[{\d-].*|true|false|undefined)$/gm;
const SCOPE = { ...airGrammar, ...interpreter, ...services };
const evaluate = (expression: string): unknown =>
  new Function(...Object.keys(SCOPE), `return (${expression.replace(/ \*\/$/, '')})`)(
    ...Object.values(SCOPE),
  );

const examples = ['air-grammar', 'interpreter'].flatMap(folder =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .flatMap(name =>
      [...read(join(folder, name)).matchAll(EXAMPLE)].map(
        ([, expression = '', value = '']) => [expression, value] as const,
      ),
    ),
);

describe('examples of doc comments', () => {
  it('are there', () => expect(examples.length).toBeGreaterThan(10));

  it.each(examples)('%s gives %s', (expression, value) => {
    expect(evaluate(expression)).toEqual(evaluate(value));
  });
});
