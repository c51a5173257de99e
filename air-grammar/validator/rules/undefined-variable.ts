import type { Instruction } from '../../ast.ts';
import type { Finding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import { forEachRead, nameDefined, type Facts, type Mention } from '../facts.ts';

/**
 * V1: a name is read before anything defines it.
 *
 * "Before" is the order of the text, whatever branches and scopes there are. Of several reads of a name that nothing had defined
 * when they were visited only the first counts: AquaVM does so, and scripts in use depend on it.
 */
export function undefinedVariable(facts: Facts): Finding[] {
  return undefinedMentions(facts).map(({ name, instruction }) => ({
    code: 'ERR_AIR_VALIDATION',
    rule: 'V1',
    message: `variable '${name}' wasn't defined`,
    span: spanOf(instruction),
  }));
}

/** The reads that V1 is about. */
export function undefinedMentions({ instructions }: Facts): Mention[] {
  const firstDefinition = new Map<string, number>();
  const pending = new Map<string, Mention>();
  const isDefined = (name: string, { start }: Instruction): boolean =>
    (firstDefinition.get(name) ?? Infinity) < start;
  let instruction = instructions[0] as Instruction;
  const read = (name: string): void => {
    if (!isDefined(name, instruction) && !pending.has(name)) pending.set(name, { name, instruction });
  };
  for (instruction of instructions) {
    forEachRead(instruction, read);
    const defined = nameDefined(instruction);
    if (defined !== undefined && !isDefined(defined, instruction))
      firstDefinition.set(defined, instruction.start);
  }
  return [...pending.values()].filter(mention => !isDefined(mention.name, mention.instruction));
}
