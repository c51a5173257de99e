import type { Instruction, Script } from './ast.ts';
import { AirError } from './errors.ts';
import { explain } from './explain.ts';
import { AIR, type Language } from './language.ts';
import type { InstructionTable } from './reader/instruction-table.ts';
import { LazyScript, nodesOf } from './reader/nodes.ts';
import { readTable } from './reader/read-table.ts';
import { factsOfTable, NOTED } from './validator/facts.ts';
import { findingsOf } from './validator/validate.ts';

/**
 * Text → tree of a valid script. Time and memory grow with the length of the text, whatever its nesting.
 *
 * @param language The table of instructions; that of AIR if not given.
 * @throws {AirError} With the first lexical or syntax error, or all findings of the validation rules V1 to V7.
 * @spec docs/language.md
 * @example parse('(seq (ap 1 x) (null))').root.kind // 'seq'
 */
export function parse(text: string, language: Language = AIR): Script {
  const table = tableOf(text, language);
  const nodes = nodesOf(table);
  refuseInvalid(table, index => nodes[index] as Instruction);
  return scriptOf(table, nodes);
}

/**
 * As {@link parse}, for scripts that run: nodes are made when they are first looked at, and those of instructions that are never reached
 * are never made. Nested instructions stand behind getters.
 *
 * @throws {AirError} As {@link parse}.
 * @example parseToRun('(seq (ap 1 x) (null))').root.kind // 'seq'
 */
export function parseToRun(text: string, language: Language = AIR): Script {
  const table = tableOf(text, language);
  const script = new LazyScript(table);
  refuseInvalid(table, index => script.nodeAt(index));
  return script;
}

/**
 * Text → tree, without the rules of validation.
 *
 * @param language The table of instructions; that of AIR if not given.
 * @throws {AirError} With the first lexical or syntax error.
 * @example undefinedVariables(parseUnchecked('(ap x y)'))[0]?.name // 'x'
 */
export function parseUnchecked(text: string, language: Language = AIR): Script {
  const table = tableOf(text, language);
  return scriptOf(table, nodesOf(table));
}

const scriptOf = ({ text, size }: InstructionTable, [root]: readonly Instruction[]): Script => ({
  text,
  root: root as Instruction,
  size,
});

function tableOf(text: string, language: Language): InstructionTable {
  const table = readTable(text, language, NOTED);
  if (table === undefined) throw explain(text, language);
  return table;
}

function refuseInvalid(table: InstructionTable, nodeAt: (index: number) => Instruction): void {
  const findings = findingsOf(factsOfTable(table, nodeAt));
  if (findings.length > 0) throw new AirError(table.text, findings);
}
