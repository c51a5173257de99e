import type { Finding } from '../../errors.ts';
import { nameDefined, namesRead, type Facts, type Mention } from '../facts.ts';

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
    span: instruction.span,
  }));
}

export function undefinedMentions({ instructions }: Facts): Mention[] {
  const firstDefinition = new Map<string, number>();
  const pending = new Map<string, Mention>();
  const isDefined = ({ name, instruction }: Mention): boolean =>
    (firstDefinition.get(name) ?? Infinity) < instruction.span.start;
  for (const instruction of instructions) {
    for (const name of namesRead(instruction)) {
      const mention = { name, instruction };
      if (!isDefined(mention) && !pending.has(name)) pending.set(name, mention);
    }
    const defined = nameDefined(instruction);
    if (defined !== undefined) {
      const earlier = firstDefinition.get(defined) ?? Infinity;
      firstDefinition.set(defined, Math.min(earlier, instruction.span.start));
    }
  }
  return [...pending.values()].filter(mention => !isDefined(mention));
}
