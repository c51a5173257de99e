import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PUBLIC_FOLDERS } from '../../support/folders.ts';
import * as airGrammar from '../../../air-grammar/index.ts';
import * as interpreter from '../../../interpreter/index.ts';
import * as services from '../../../services/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Export {
  /** Where it is declared. */
  readonly name: string;
  /** In the index. */
  readonly as: string;
  readonly path: string;
}

/** Names that a file exports from others, with the file where each is declared. */
function exportsOf(file: string): Export[] {
  return [...read(file).matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)].flatMap(
    ([, list = '', from = '']) =>
      list
        .split(',')
        .map(entry => entry.replace(/^\s*type /, '').trim())
        .filter(name => name !== '')
        .map(entry => entry.split(' as ') as [string, string?])
        .map(([name, as = name]) => ({ name, as, path: join(dirname(file), from) })),
  );
}

function isDocumented({ name, path }: Export): boolean {
  const declaration = new RegExp(
    `(\\*/\\s*)?export (?:abstract )?(?:async )?(?:const|function\\*?|class|interface|type) ${name}\\b`,
  ).exec(read(path));
  if (declaration !== null) return declaration[1] !== undefined;
  const passedOn = exportsOf(path).find(entry => entry.as === name);
  return passedOn !== undefined && isDocumented(passedOn);
}

const undocumented = PUBLIC_FOLDERS.flatMap(folder =>
  exportsOf(`${folder}/index.ts`)
    .filter(entry => !isDocumented(entry))
    .map(({ name, path }) => `${path}: ${name}`),
);

it('every public export has a doc comment', () => {
  expect(undocumented).toEqual([]);
  expect(exportsOf('services/index.ts').length).toBeGreaterThan(50);
});

/** Where a public name is declared, by name. */
const declared = new Map<string, Set<string>>();
for (const folder of PUBLIC_FOLDERS)
  for (const entry of exportsOf(`${folder}/index.ts`))
    declared.set(entry.as, (declared.get(entry.as) ?? new Set()).add(declaredIn(entry)));

function declaredIn({ name, path }: Export): string {
  const passedOn = exportsOf(path).find(entry => entry.as === name);
  return passedOn === undefined ? `${path}: ${name}` : declaredIn(passedOn);
}

it('a public name stands for one thing', () => {
  expect([...declared].filter(([, paths]) => paths.size > 1)).toEqual([]);
  expect(declared.size).toBeGreaterThan(300);
});

/** Exported types that end in `Run` or `Runs`: a run is one call of `execute`, and nothing else. */
const RUNS = ['PreparedRun', 'Run', 'Runs'];

it('only a run of the interpreter is named a run', () => {
  const types = PUBLIC_FOLDERS.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts') && !file.includes('node_modules'))
      .flatMap(file => [
        ...read(join(folder, file)).matchAll(/^export (?:interface|class|type) (\w*Runs?)\b/gm),
      ])
      .map(([, name]) => name),
  );
  expect(types.toSorted()).toEqual(RUNS);
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
