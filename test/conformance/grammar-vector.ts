import { AirError, format, parse } from '../../air-grammar/index.ts';

/** Why a script is accepted here and not by AquaVM, or the other way round: each stands in docs/deviations.md. */
export const GRAMMAR_DEVIATIONS = ['one-letter lens', 'multi-byte lens', 'surrogate'] as const;

/** One script and what becomes of it. */
export interface GrammarVector {
  /** What it is about: an instruction, an operand's place, a kind of word, a rule. */
  readonly group: string;
  readonly script: string;
  readonly deviation?: (typeof GRAMMAR_DEVIATIONS)[number];
  /** Of an accepted script: its canonical text; where the form matters, its tree, without places. */
  readonly canonical?: string;
  readonly tree?: unknown;
  /** Of a refused one: every finding, in order. Lines and columns count from 1, columns in characters. */
  readonly refused?: readonly {
    readonly code: string;
    readonly rule?: string;
    readonly message: string;
    readonly line: number;
    readonly column: number;
  }[];
}

/** A vector as this implementation makes it. */
export function judge({ group, script, deviation }: GrammarVector, withTree: boolean): GrammarVector {
  const about = { group, script, ...(deviation && { deviation }) };
  try {
    const { root } = parse(script);
    return { ...about, canonical: format(root), ...(withTree && { tree: treeOf(root) }) };
  } catch (error) {
    if (!(error instanceof AirError)) throw error;
    const refused = error.diagnostics.map(({ code, rule, message, line, column }) => ({
      code,
      ...(rule && { rule }),
      message,
      line,
      column,
    }));
    return { ...about, refused };
  }
}

/** The tree as JSON, with literal numbers as texts: JSON knows neither 64-bit integers nor a float that is whole. */
function treeOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(treeOf);
  if (typeof node !== 'object' || node === null) return node;
  const places = 'end' in node ? ['start', 'end', 'index'] : [];
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !places.includes(key) && value !== undefined)
      .map(([key, value]: [string, unknown]) => [key, isLiteral(key, value) ? textOf(value) : treeOf(value)]),
  );
}

const isLiteral = (key: string, value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (key === 'value' && typeof value === 'number');
const textOf = (value: number | bigint): string => (Object.is(value, -0) ? '-0' : String(value));
