import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { DataVector } from './data-vector.ts';
import type { GrammarVector } from './grammar-vector.ts';
import type { Vector } from './vector.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const vectorsOf = <T>(kind: string): T[] =>
  readdirSync(join(import.meta.dirname, 'vectors', kind)).flatMap(
    file => JSON.parse(readFileSync(join(import.meta.dirname, 'vectors', kind, file), 'utf8')) as T[],
  );
const runs = vectorsOf<Vector>('runs');
const grammar = vectorsOf<GrammarVector>('grammar');
const data = vectorsOf<DataVector>('data');

/** Codes that no input can reach, so that no vector can show them. */
const UNREACHED: Readonly<Record<string, string>> = {
  20000: 'reserved: traces are read by site, which cannot disagree',
  20006: 'reserved: a record does not say what kind of output it has',
  20008: 'an invariant: every new closes what it opened',
  20014: "an invariant: elements of a canon map are taken from the reader's own map",
  20016: 'reserved: the reader puts the object together itself',
};

/** Codes that only very large inputs reach, with the test that does. */
const LARGE: Readonly<Record<string, string>> = { 10013: 'test/unit/interpreter/bounds.test.ts' };

const documented = [
  ...readFileSync(join(ROOT, 'docs/spec/errors.md'), 'utf8').matchAll(
    /^\|\s+(?:(\d+)|`(ERR_AIR_\w+)`)\s+\|/gm,
  ),
].map(([, number, text]) => (number ?? text) as string);

it('every documented code of a run and of a script has a vector, and no vector another code', () => {
  const reached = new Set([
    ...runs.flatMap(({ steps }) => steps.map(({ outcome }) => String(outcome.retCode))),
    ...data.map(({ outcome }) => String(outcome.retCode)),
    ...grammar.flatMap(({ refused = [] }) => refused.map(({ code }) => code)),
  ]);
  console.log(
    [
      `conformance: ${runs.length} run vectors, ${grammar.length} grammar vectors, ${data.length} data vectors`,
      `codes: ${reached.size} of ${documented.length} reached; not reachable: ${Object.keys(UNREACHED).join(', ')}`,
    ].join('\n'),
  );
  expect([...reached, ...Object.keys(UNREACHED), ...Object.keys(LARGE)].toSorted()).toEqual(
    documented.toSorted(),
  );
  expect(runs.length).toBeGreaterThanOrEqual(1200);
});

it('every rule, instruction and place of an operand has accepted and refused scripts', () => {
  const groups = new Set(grammar.map(({ group }) => group));
  const oneSided = [...groups].filter(group => {
    const verdicts = grammar
      .filter(vector => vector.group === group)
      .map(({ refused }) => refused !== undefined);
    return new Set(verdicts).size < 2;
  });
  const broken = (rule: string): number =>
    grammar.filter(({ refused = [] }) => refused.some(found => found.rule === rule)).length;
  const rules = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7'].map(rule => {
    const kept = grammar.filter(({ group, refused }) => group === rule && refused === undefined).length;
    return { rule, kept, broken: broken(rule) };
  });
  console.log(
    `rules: ${rules.map(({ rule, kept, broken }) => `${rule} ${kept}+${broken}`).join(', ')} (accepted+refused)`,
  );
  expect(rules.filter(({ kept, broken }) => kept === 0 || broken === 0)).toEqual([]);
  // What is wrong there is what they are about.
  expect(oneSided.toSorted()).toEqual(['places', 'several rules']);
});
