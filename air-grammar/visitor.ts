import type { Instruction } from './ast.ts';

export interface Visitor {
  /** Before the nested instructions. */
  enter?(instruction: Instruction, depth: number): void;
  /** After them. */
  leave?(instruction: Instruction, depth: number): void;
}

/** Nested instructions in the order of the text. */
export function childrenOf(instruction: Instruction): readonly Instruction[] {
  switch (instruction.kind) {
    case 'seq':
    case 'par':
    case 'xor':
      return [instruction.left, instruction.right];
    case 'match':
    case 'mismatch':
    case 'new':
      return [instruction.body];
    case 'fold':
      return instruction.last ? [instruction.body, instruction.last] : [instruction.body];
    default:
      return [];
  }
}

/** Visits every instruction, on a stack of its own: scripts may be nested deeper than JavaScript's allows. */
export function walk(root: Instruction, visitor: Visitor): void {
  const stack: { node: Instruction; children: readonly Instruction[]; next: number }[] = [];
  const enter = (node: Instruction): void => {
    visitor.enter?.(node, stack.length);
    stack.push({ node, children: childrenOf(node), next: 0 });
  };
  enter(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const child = top.children[top.next];
    top.next += 1;
    if (child !== undefined) enter(child);
    else {
      stack.pop();
      visitor.leave?.(top.node, stack.length);
    }
  }
}
