import type { Instruction } from '../../ast.ts';
import type { AirFinding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import { forEachDefined, forEachRead, type Facts, type Mention } from '../facts.ts';

/**
 * V1: a name is read before anything defines it.
 *
 * "Before" is the order of the text, whatever branches and scopes there are. Of several reads of a name that nothing had defined
 * when they were visited only the first counts: AquaVM does so, and scripts in use depend on it.
 */
export function undefinedVariable(facts: Facts): AirFinding[] {
  return undefinedMentions(facts).map(({ name, instruction }) => ({
    code: 'ERR_AIR_VALIDATION',
    rule: 'V1',
    message: `variable '${name}' wasn't defined`,
    span: spanOf(instruction),
  }));
}

/** The reads that V1 is about. */
export function undefinedMentions(facts: Facts): Mention[] {
  if (facts.readsDefined) return [];
  const { language } = facts;
  const names = new Names();
  for (const instruction of facts.instructions) {
    forEachRead(instruction, language, name => names.read(name, instruction));
    forEachDefined(instruction, language, name => names.define(name, instruction));
  }
  return names.undefinedReads();
}

class Names {
  /** For each name, where the first instruction that defines it starts. */
  readonly #definitions = new Map<string, number>();
  readonly #pending = new Map<string, Mention>();

  define(name: string, { start }: Instruction): void {
    if (!this.#isDefined(name, start)) this.#definitions.set(name, start);
  }

  read(name: string, instruction: Instruction): void {
    if (!this.#isDefined(name, instruction.start) && !this.#pending.has(name))
      this.#pending.set(name, { name, instruction });
  }

  undefinedReads(): Mention[] {
    return [...this.#pending.values()].filter(
      ({ name, instruction }) => !this.#isDefined(name, instruction.start),
    );
  }

  #isDefined(name: string, start: number): boolean {
    const first = this.#definitions.get(name);
    return first !== undefined && first < start;
  }
}
