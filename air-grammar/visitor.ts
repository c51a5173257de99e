import type { Instruction } from './ast.ts';
import { AIR, type Language } from './language.ts';

/** Called with the number of instructions around: 0 for the root. */
export interface Visitor {
  /** Before the nested instructions. */
  enter?(instruction: Instruction, depth: number): void;
  /** After them. */
  leave?(instruction: Instruction, depth: number): void;
}

/**
 * Visits every instruction in the order of the text, on a stack of its own: scripts may be nested deeper than JavaScript's allows.
 *
 * @param language The table of instructions; that of AIR if not given.
 * @example walk(script.root, { enter: ({ kind }, depth) => console.log(' '.repeat(depth) + kind) });
 */
export function walk(root: Instruction, visitor: Visitor, language: Language = AIR): void {
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
    next = nestedAt(path[top] as Instruction, (entered[top] as number)++, language);
  }
}

/** The instructions nested in one, in the order of the text. */
export function nestedIn(instruction: Instruction, language: Language = AIR): Instruction[] {
  const { nested } = language.formOf(instruction);
  return nested.flatMap((_, position) => nestedAt(instruction, position, language) ?? []);
}

/** One of them, by its position. */
export function nestedAt(
  instruction: Instruction,
  position: number,
  language: Language,
): Instruction | undefined {
  const part = language.formOf(instruction).nested[position];
  if (part === undefined) return undefined;
  return (instruction as unknown as Readonly<Record<string, Instruction | undefined>>)[part.field];
}
