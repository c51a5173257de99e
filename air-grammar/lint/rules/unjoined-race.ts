import type { Call, Instruction } from '../../ast.ts';
import { spanOf } from '../../source.ts';
import { walk } from '../../visitor.ts';
import type { LintFinding } from '../finding.ts';
import type { ScriptFacts } from '../script-facts.ts';

/**
 * Work that is raced against a timer, where nothing after the race reads a result of it: the script goes on at once, whichever branch
 * is done.
 */
export function* unjoinedRace(facts: ScriptFacts): Iterable<LintFinding> {
  for (const par of facts.ofKind('par')) {
    const timer = isTimer(par.left) ? par.left : isTimer(par.right) ? par.right : undefined;
    const raced = timer === par.left ? par.right : par.left;
    if (timer === undefined || isTimer(raced) || !comesBefore(par, facts)) continue;
    const inside = new Set<Instruction>();
    walk(par, { enter: instruction => void inside.add(instruction) });
    const isJoined = [...facts.variables.all].some(
      ({ definedBy, readBy }) =>
        definedBy.some(definition => inside.has(definition)) && readBy.some(read => !inside.has(read)),
    );
    if (isJoined) continue;
    yield {
      code: 'unjoined-race',
      message: 'nothing after this race reads a result of it, so the script does not wait for either branch',
      help: 'read a variable that the branches define after the `par`',
      span: spanOf(par),
    };
  }
}

/** Whether something runs after it: it stands on the left of a `seq`. */
function comesBefore(node: Instruction, { ancestors }: ScriptFacts): boolean {
  let below = node;
  for (const ancestor of ancestors.of(node)) {
    if (ancestor.kind === 'seq' && ancestor.left === below) return true;
    below = ancestor;
  }
  return false;
}

function isTimer(instruction: Instruction): boolean {
  const calls: Call[] = [];
  walk(instruction, { enter: node => void (node.kind === 'call' && calls.push(node)) });
  return (
    calls.length > 0 &&
    calls.every(
      ({ service, functionName }) =>
        service.kind === 'string' &&
        service.value === 'peer' &&
        functionName.kind === 'string' &&
        functionName.value === 'timeout',
    )
  );
}
