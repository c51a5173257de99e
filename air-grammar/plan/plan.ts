import type { Call, Canon, CanonMap, CanonMapScalar, Instruction, Script } from '../ast.ts';
import { nameText, staticName, type StaticName } from '../origins/static-origin.ts';
import { walk } from '../visitor.ts';
import { branchesIn, isInside, type Branch } from './branches.ts';
import { Variables } from './variables.ts';

type Acting = Call | Canon | CanonMap | CanonMapScalar;

/** What one peer does: a call, or a canon. */
export interface Act {
  readonly instruction: Acting;
  readonly peer: StaticName;
  /** Branches of `par` around it, outermost first: instruction index and side. Acts of different sides run side by side. */
  readonly branches: readonly { readonly par: number; readonly side: 'left' | 'right' }[];
  /** Variables that another branch sets, so that the peer may have to wait for them. */
  readonly waitsFor: readonly string[];
}

/**
 * Who acts when, in the order of the text.
 *
 * @spec docs/scripts.md#who-acts-when
 * @example planOf(parse('(call %init_peer_id% ("op" "noop") [])'))[0]?.peer // { kind: 'initPeer' }
 */
export function planOf(script: Script): Act[] {
  const branches = branchesIn(script.root);
  const variables = new Variables(script);
  const acts: Act[] = [];
  walk(script.root, {
    enter: instruction => {
      if (!isActing(instruction)) return;
      acts.push({
        instruction,
        peer: staticName(instruction.peer),
        branches: sidesOf(branches.get(instruction)),
        waitsFor: waitsFor(instruction, branches, variables),
      });
    },
  });
  return acts;
}

const isActing = (instruction: Instruction): instruction is Acting => 'peer' in instruction;

/** Outermost first. */
function sidesOf(innermost: Branch | undefined): Act['branches'] {
  const sides: { par: number; side: 'left' | 'right' }[] = [];
  for (let at = innermost; at !== undefined; at = at.outer) sides.push({ par: at.par, side: at.side });
  return sides.toReversed();
}

/** A variable may not be there yet, if it is defined in a branch that the reader is not part of. */
function waitsFor(
  instruction: Instruction,
  branches: ReadonlyMap<Instruction, Branch>,
  variables: Variables,
): string[] {
  return variables
    .readIn(instruction)
    .filter(({ definedBy }) =>
      definedBy.some(definition => {
        const branch = branches.get(definition);
        return definition.kind !== 'fold' && branch !== undefined && !isInside(branch, instruction);
      }),
    )
    .map(({ name }) => name);
}

/** The peers of a plan, each once, in the order in which they first act. */
export const peersOf = (acts: readonly Act[]): string[] => [
  ...new Set(acts.map(({ peer }) => nameText(peer))),
];
