import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Oracle } from '../differential/oracle.ts';
import { GRAMMAR_DEVIATIONS, judge, type GrammarVector } from './grammar-vector.ts';

const FOLDER = join(import.meta.dirname, 'vectors/grammar');
const files = readdirSync(FOLDER).toSorted();
const vectorsOf = (file: string): GrammarVector[] =>
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as GrammarVector[];
const print = (vectors: readonly GrammarVector[]): string =>
  `[\n${vectors.map(vector => JSON.stringify(vector)).join(',\n')}\n]\n`;

/** The forms themselves are shown as trees too; elsewhere the canonical text says enough. */
const WITH_TREES = new Set(['syntax.json']);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await Oracle.open();
});

describe('grammar vectors', () => {
  describe.each(files)('%s', file => {
    const vectors = vectorsOf(file).map(vector => judge(vector, WITH_TREES.has(file)));

    it('holds', async () => {
      await expect(print(vectors)).toMatchFileSnapshot(join(FOLDER, file));
    });

    it('is accepted and refused as by AquaVM, but for named deviations', async () => {
      const other: string[] = [];
      for (const { script, refused, deviation } of vectors) {
        const agree = isTree(await astOf(script)) === (refused === undefined);
        if (agree === (deviation !== undefined)) other.push(script);
      }
      expect(other).toEqual([]);
    });

    it('means to AquaVM in its canonical text what the script meant', async () => {
      const other: string[] = [];
      for (const { script, canonical, deviation } of vectors) {
        if (canonical === undefined || deviation !== undefined) continue;
        if (meaningOf(await astOf(canonical)) !== meaningOf(await astOf(script))) other.push(script);
      }
      expect(other).toEqual([]);
    });

    it('breaks the rules that AquaVM says it breaks', async () => {
      const other: string[] = [];
      for (const { script, refused = [] } of vectors) {
        if (!refused.some(({ rule }) => rule !== undefined)) continue;
        const report = await astOf(script);
        if (!refused.every(({ message }) => report.includes(message))) other.push(script);
      }
      expect(other).toEqual([]);
    });
  });

  it('show every deviation', () => {
    const shown = new Set(files.flatMap(vectorsOf).flatMap(({ deviation }) => deviation ?? []));
    expect([...shown].toSorted()).toEqual([...GRAMMAR_DEVIATIONS].toSorted());
  });
});

/** As the reference reads it: it gets text in UTF-8, and some texts make it trap. */
async function astOf(script: string): Promise<string> {
  try {
    return oracle.ast(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(script)));
  } catch {
    await oracle.restart();
    return 'error: trap';
  }
}

const isTree = (ast: string): boolean => ast.startsWith('{');

/** The reference's tree without places. */
const meaningOf = (ast: string): string =>
  JSON.stringify(JSON.parse(ast), (key, value: unknown) =>
    key === 'position' || key === 'span' ? undefined : value,
  );
