import type { Instruction } from '../ast.ts';
import { walk } from '../visitor.ts';

/** One side of a `par`. */
export interface Branch {
  /** Index of the `par` instruction. */
  readonly par: number;
  readonly side: 'left' | 'right';
  readonly body: Instruction;
  /** The branch around it. */
  readonly outer: Branch | undefined;
}

/** The innermost branch around each instruction; none for those that no `par` is around. */
export function branchesIn(root: Instruction): ReadonlyMap<Instruction, Branch> {
  const branches = new Map<Instruction, Branch>();
  const path: (Branch | undefined)[] = [];
  const heads = new Map<Instruction, Branch>();
  walk(root, {
    enter: (instruction, depth) => {
      const around = heads.get(instruction) ?? path[depth - 1];
      path[depth] = around;
      if (around !== undefined) branches.set(instruction, around);
      if (instruction.kind !== 'par') return;
      for (const side of ['left', 'right'] as const)
        heads.set(instruction[side], {
          par: instruction.index,
          side,
          body: instruction[side],
          outer: around,
        });
    },
  });
  return branches;
}

/** Whether an instruction stands in a branch. */
export const isInside = ({ body }: Branch, { start, end }: Instruction): boolean =>
  body.start <= start && end <= body.end;
