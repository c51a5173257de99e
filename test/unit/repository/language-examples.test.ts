import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseUnchecked, validate, walk } from '../../../air-grammar/index.ts';
import { AIR } from '../../../air-grammar/language.ts';
import { formsOf } from '../../differential/forms.ts';
import { withIds } from '../../support/cast.ts';
import { World } from '../../support/world.ts';

const TEXT = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/language.md'), 'utf8');
const examples = [...TEXT.matchAll(/^## (.+?)$|```lisp\n([^`]+?)\n; → ([^`]+?)\n```/gm)].reduce<{
  title: string;
  list: { title: string; script: string; response: string }[];
}>(
  ({ title, list }, [, heading, script, response]) =>
    script === undefined || response === undefined
      ? { title: heading ?? title, list }
      : { title, list: [...list, { title: `${title} ${list.length}`, script, response }] },
  { title: '', list: [] },
);
/** `beryl run` defines the names of peers; here they stand in quotes, for `withIds`. */
const runnable = examples.list.map(example => ({
  ...example,
  script: example.script.replaceAll(/\((call|canon) (alice|bob)\b/g, '($1 "$2"'),
}));

/** Forms of operands that a newcomer must see at work; the tables list all. */
const SHOWN = [
  ...['none', 'scalar', 'stream'].map(form => `call output: ${form}`),
  ...['scalar', 'canon', 'canonMap'].map(form => `fold iterable: ${form}`),
  ...['stream', 'streamMap'].map(form => `fold iterable with last: ${form}`),
  ...['scalar', 'stream'].map(form => `new variable: ${form}`),
  ...['failure', 'scalar', 'error'].map(form => `fail operand: ${form}`),
  ...[
    'scalar.$.[0]',
    'scalar.$.field',
    'scalar.$.[x]',
    'scalar.length',
    'canon',
    'canon.length',
    'canonMap.$.field',
  ].map(form => `call arguments: ${form}`),
  ...['error.$.field', 'lastError.$.field'].map(form => `call arguments: ${form}`),
];

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
    expect([...used].toSorted()).toEqual(AIR.forms.map(({ kind }) => kind).toSorted());
  });
});

it('examples of docs/language.md show what a newcomer must see', () => {
  const forms = new Set<string>();
  for (const { script } of runnable)
    walk(parse(withIds(script)).root, { enter: node => formsOf(node).forEach(form => forms.add(form)) });
  expect(SHOWN.filter(form => !forms.has(form))).toEqual([]);
});

it('docs/language.md has a section for every instruction', () => {
  const titled = [...TEXT.matchAll(/^## (.+)$/gm)].flatMap(([, title = '']) => title.split(', '));
  // Canon is explained with the streams that it reads.
  const missing = Object.keys(AIR.rows).filter(keyword => keyword !== 'canon' && !titled.includes(keyword));
  expect(missing).toEqual([]);
});

describe('rules of docs/language.md', () => {
  const rows = [...TEXT.matchAll(/^\| (V\d) .*`(\(.*\))`\s*\|$/gm)].map(
    ([, rule, script]) => [rule, script] as [string, string],
  );

  it.each(rows)('%s refuses %s', (rule, script) => {
    expect(validate(parseUnchecked(script)).map(finding => finding.rule)).toEqual([rule]);
  });

  it('are all there', () => {
    expect(rows.map(([rule]) => rule)).toEqual(['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7']);
  });
});
