import type { Instruction, Script, Span } from '../ast.ts';
import { AIR } from '../language.ts';
import { forEachOperand, type Operand } from '../operands.ts';
import { Scopes } from '../origins/scopes.ts';
import { walk } from '../visitor.ts';

/** A place where a script names a variable. */
export interface Occurrence {
  readonly name: string;
  /** Equal for all places that mean the same variable: names of a `new` are others outside of it. */
  readonly variable: string;
  /** Of the name, without a lens. */
  readonly span: Span;
  readonly isDefinition: boolean;
  readonly instruction: Instruction;
}

/**
 * All places where a script names its variables, in the order of the text, those inside of lenses as well.
 *
 * @example occurrences(parse('(seq (ap 1 x) (ap x y))')).map(({ name, span }) => `${name} ${span.start}`) // ['x 11', 'x 18', 'y 20']
 */
export function occurrences(script: Script): Occurrence[] {
  const scopes = new Scopes(script.root);
  const found: Occurrence[] = [];
  walk(script.root, {
    enter: instruction =>
      forEachOperand(instruction, AIR, ({ use }, operand) => {
        const { name, lens, start, end } = operand as Operand & Span;
        const add = (text: string, at: number, isDefinition: boolean): void =>
          void found.push({
            name: text,
            variable: scopes.keyOf({ name: text, start: at }),
            span: { start: at, end: at + text.length },
            isDefinition,
            instruction,
          });
        if (name !== undefined) add(name, start, use === 'define');
        if (lens?.kind !== 'path') return;
        let from = start + (name?.length ?? 0);
        for (const accessor of lens.accessors) {
          if (accessor.kind !== 'byScalar') continue;
          const at = script.text.indexOf(`[${accessor.name}]`, from);
          if (at === -1 || at >= end) continue;
          add(accessor.name, at + 1, false);
          from = at + accessor.name.length;
        }
      }),
  });
  return found.toSorted((a, b) => a.span.start - b.span.start);
}
