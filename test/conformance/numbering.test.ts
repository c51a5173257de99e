import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeInstruction, parse, walk } from '../../air-grammar/index.ts';
import { AIR } from '../../air-grammar/language.ts';

const FILE = join(import.meta.dirname, 'vectors/numbering.json');

/** A script, and its instructions in the order of their numbers. */
interface NumberingVector {
  readonly script: string;
  readonly instructions: readonly string[];
}

const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as NumberingVector[];

it('instructions have the numbers that records hold', async () => {
  const made = vectors.map(({ script }) => ({ script, instructions: numbered(script) }));
  await expect(`[\n${made.map(vector => JSON.stringify(vector)).join(',\n')}\n]\n`).toMatchFileSnapshot(FILE);
});

it('every instruction is numbered somewhere', () => {
  const kinds = new Set<string>();
  for (const { script } of vectors) walk(parse(script).root, { enter: ({ kind }) => void kinds.add(kind) });
  expect([...kinds].toSorted()).toEqual(AIR.forms.map(({ kind }) => kind).toSorted());
});

function numbered(script: string): string[] {
  const list: string[] = [];
  walk(parse(script).root, {
    enter(instruction) {
      list[instruction.index] = describeInstruction(instruction);
    },
  });
  return list;
}
