import type { Instruction } from './ast.ts';

/** Called with the number of instructions around: 0 for the root. */
export interface Visitor {
  /** Before the nested instructions. */
  enter?(instruction: Instruction, depth: number): void;
  /** After them. */
  leave?(instruction: Instruction, depth: number): void;
}

/** Visits every instruction in the order of the text, on a stack of its own: scripts may be nested deeper than JavaScript's allows. */
export function walk(root: Instruction, visitor: Visitor): void {
  const path: Instruction[] = [];
  /** For each instruction of the path, how many of those nested in it were entered. */
  const entered: number[] = [];
  for (let next: Instruction | undefined = root; ;) {
    if (next !== undefined) {
      visitor.enter?.(next, path.length);
      path.push(next);
      entered.push(0);
    } else {
      const done = path.pop() as Instruction;
      entered.pop();
      visitor.leave?.(done, path.length);
    }
    const top = path.length - 1;
    if (top < 0) return;
    next = nested(path[top] as Instruction, (entered[top] as number)++);
  }
}

/** The nested instructions one by one, in the order of the text. */
function nested(instruction: Instruction, position: number): Instruction | undefined {
  switch (instruction.kind) {
    case 'seq':
    case 'par':
    case 'xor':
      return position === 0 ? instruction.left : position === 1 ? instruction.right : undefined;
    case 'match':
    case 'mismatch':
    case 'new':
      return position === 0 ? instruction.body : undefined;
    case 'fold':
      return position === 0 ? instruction.body : position === 1 ? instruction.last : undefined;
    default:
      return undefined;
  }
}
