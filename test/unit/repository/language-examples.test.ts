import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { walk, parse } from '../../../air-grammar/index.ts';
import { withIds } from '../../support/cast.ts';
import { World } from '../../support/world.ts';

const TEXT = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/language.md'), 'utf8');
const examples = [...TEXT.matchAll(/^## (.+?)$|```lisp\n([^`]+?); → ([^`]+?)\n```/gm)].reduce<
  { title: string; script: string; response: string }[]
>(
  (list, [, title, script, response]) =>
    title === undefined
      ? [
          ...list.slice(0, -1),
          { ...(list.at(-1) as (typeof list)[number]), script: script ?? '', response: response ?? '' },
        ]
      : [...list, { title, script: '', response: '' }],
  [],
);
const runnable = examples.filter(({ script }) => script !== '');

describe('examples of docs/language.md', () => {
  it.each(runnable)('$title', async ({ script, response }) => {
    const world = new World();
    const alice = world.add('alice');
    world.add('bob');
    const run = alice.run(withIds(script));
    await world.simulation.settle();
    expect(await run.done).toEqual(JSON.parse(response));
  });

  it('use every instruction', () => {
    const used = new Set<string>();
    for (const { script } of runnable)
      walk(parse(withIds(script)).root, { enter: ({ kind }) => void used.add(kind) });
    expect([...used].toSorted()).toEqual(
      [
        'ap',
        'apMap',
        'call',
        'canon',
        'canonMap',
        'canonMapScalar',
        'fail',
        'fold',
        'match',
        'never',
        'new',
        'next',
        'null',
        'par',
        'seq',
        'xor',
      ].filter(kind => kind !== 'null'),
    );
  });
});

describe('README', () => {
  const readme = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'README.md'), 'utf8');
  it('shows a program that runs', async () => {
    const [, program = ''] =
      /```ts\n(import \{ createSimulation[^`]*(?:`[^`]*`[^`]*)*?)```/.exec(readme) ?? [];
    const source = program
      .replaceAll("'beryl/peer'", JSON.stringify(join(import.meta.dirname, '../../../peer/index.ts')))
      .replaceAll("'beryl/services'", JSON.stringify(join(import.meta.dirname, '../../../services/index.ts')))
      .replaceAll(
        "'beryl/interpreter'",
        JSON.stringify(join(import.meta.dirname, '../../../interpreter/index.ts')),
      );
    expect(source).toContain('await run.done');
    const body = source
      .replaceAll(/import \{([^}]*)\} from ("[^"]*");/g, 'const {$1} = await load($2);')
      .replace(/console\.log\((.*)\);.*$/m, 'return $1;');
    const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
      ...args: string[]
    ) => (load: (path: string) => Promise<unknown>) => Promise<unknown>;
    expect(await new AsyncFunction('load', body)(path => import(path))).toBe(1);
  });
});
