import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PUBLIC_FOLDERS } from '../../support/folders.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Beside the sources: the compiler finds the packages from there. */
const WORK = join(ROOT, `test/.examples-${process.pid}`);

interface Example {
  readonly place: string;
  readonly text: string;
}

/** The `@example` of each doc comment: what follows, up to the next tag or the end of the comment. */
function examplesIn(folder: string): Example[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .flatMap(name => {
      const source = readFileSync(join(ROOT, folder, name), 'utf8');
      return [...source.matchAll(/\/\*\*.*?\*\//gsu)].flatMap(({ 0: comment, index }) =>
        comment
          .split(/@(?=[a-z]+\b)/u)
          .filter(part => part.startsWith('example'))
          .map(part => ({
            place: `${folder}/${name}:${source.slice(0, index).split('\n').length}`,
            text: part
              .slice('example'.length)
              .replace(/\*\/$/u, '')
              .replaceAll(/^\s*\* ?/gmu, '')
              .trim(),
          })),
      );
    });
}

/** An example is a statement, or members of an object, such as `guards: { … }`. Names that it takes for granted are `any`. */
const programOf = ({ text }: Example, given: readonly string[]): string => {
  const isMembers = /^[a-z]\w*: /u.test(text);
  const body = isMembers
    ? `({
${text}
});`
    : text.startsWith('catch')
      ? `try {} ${text}`
      : text;
  return [
    `import { z } from 'zod';`,
    `void z;`,
    ...given.map(name => `declare let ${name}: any;`),
    'export {};',
    `export async function example() {`,
    body,
    '}',
  ].join('\n');
};

/** The names that each public entry exports. */
const exported = new Map(
  PUBLIC_FOLDERS.map(folder => {
    const index = readFileSync(join(ROOT, folder, 'index.ts'), 'utf8');
    const lists = [...index.matchAll(/export (?:type )?\{([^}]*)\}/gu)].flatMap(([, list = '']) =>
      list.split(','),
    );
    return [
      folder,
      new Set(
        lists.map(entry =>
          entry
            .trim()
            .replace(/^type /u, '')
            .split(' as ')
            .at(-1),
        ),
      ),
    ] as const;
  }),
);

/** The entry from which an example takes a name: its own, or one that it may import. */
function homeOf(name: string, { place }: Example): string | undefined {
  const own = PUBLIC_FOLDERS.findIndex(folder => place.startsWith(`${folder}/`));
  return PUBLIC_FOLDERS.slice(0, own + 1).findLast(folder => exported.get(folder)?.has(name));
}

const examples = PUBLIC_FOLDERS.flatMap(examplesIn);

/** Mistakes by example; names that nothing defines apart. */
function compile(given: ReadonlyMap<number, readonly string[]>): Map<number, string[]> {
  for (const [i, example] of examples.entries()) {
    const names = given.get(i) ?? [];
    const imports = names.filter(name => homeOf(name, example) !== undefined);
    const program = programOf(
      example,
      names.filter(name => !imports.includes(name)),
    );
    const lines = imports.map(name => `import { ${name} } from '../../${homeOf(name, example)}/index.ts';`);
    writeFileSync(join(WORK, `example-${i}.ts`), [...lines, program].join('\n'));
  }
  const mistakes = new Map<number, string[]>();
  for (const line of output().split('\n')) {
    const [, number, message] = /example-(\d+)\.ts\(\d+,\d+\): error (.*)$/u.exec(line) ?? [];
    if (number === undefined || message === undefined) continue;
    mistakes.set(Number(number), [...(mistakes.get(Number(number)) ?? []), message]);
  }
  return mistakes;
}

function output(): string {
  try {
    return execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', WORK], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (failure) {
    return (failure as { stdout: string }).stdout;
  }
}

const UNKNOWN_NAME =
  /^TS(?:2304|2552|18004): (?:Cannot find name|No value exists in scope for the shorthand property) '([^']+)'/u;
/** An example may show a value that it does nothing with, or a type that inference lacks without its surroundings. */
const IGNORED = /^TS(?:7006|7031|7019|2695|6133|1308)\b/u;

let mistakes = new Map<number, string[]>();
beforeAll(() => {
  mkdirSync(WORK);
  const settings = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      noImplicitReturns: false,
      noImplicitAny: false,
      noUncheckedIndexedAccess: false,
    },
    include: ['*.ts'],
  };
  writeFileSync(join(WORK, 'tsconfig.json'), JSON.stringify(settings));
  const first = compile(new Map());
  const given = new Map(
    [...first].map(([i, messages]) => [
      i,
      [...new Set(messages.flatMap(message => UNKNOWN_NAME.exec(message)?.[1] ?? []))],
    ]),
  );
  mistakes = compile(given);
}, 120_000);
afterAll(() => rmSync(WORK, { recursive: true, force: true }));

describe('the examples of doc comments compile', () => {
  it('there are many', () => expect(examples.length).toBeGreaterThan(90));

  it.each(examples.map(({ place }, i) => [place, i] as const))('%s', (_, i) => {
    const found = (mistakes.get(i) ?? []).filter(message => !IGNORED.test(message));
    expect(found, examples[i]?.text).toEqual([]);
  });
});
