import { invariant } from '../base/assert.ts';
import type { Kinds } from './kinds.ts';
import { isOperand, type Form } from './form.ts';
import type { Part, Use } from './table.ts';

const LEFT_PAREN = 0x28;
const RIGHT_PAREN = 0x29;

/** What may come next between a keyword and the end of its operands. */
export class State {
  /** Unique in its instruction. */
  readonly number: number;
  readonly choices: readonly Choice[];
  /** Set if the operands are complete. */
  readonly form: Form | undefined;
  /** The choice, where there is one only. */
  readonly only: Choice | undefined;
  /** The kinds of operand that may come, of all choices. */
  readonly kinds: Kinds;

  constructor(number: number, choices: readonly Choice[], form: Form | undefined) {
    this.number = number;
    this.choices = choices;
    this.form = form;
    this.only = choices.length === 1 ? choices[0] : undefined;
    this.kinds = choices.reduce((kinds, choice) => kinds | choice.kinds, 0);
  }

  /** The character that ends a list, or comes instead of an optional operand. */
  get firstUnit(): number {
    if (this.form !== undefined) return this.form.nested.length > 0 ? LEFT_PAREN : RIGHT_PAREN;
    invariant(
      this.only !== undefined && this.only.unit !== 0,
      'lists and optional operands end at a character',
    );
    return this.only.unit;
  }
}

/** One part of an instruction, and what follows it. */
export class Choice {
  readonly part: Part;
  readonly next: State;
  /** Of punctuation: its character code; else 0. */
  readonly unit: number;
  /** Of an operand: the kinds that may stand there; else 0. */
  readonly kinds: Kinds;
  readonly use: Use;
  readonly isMany: boolean;
  readonly isOptional: boolean;
  /** The character before which a list ends, or an optional operand is absent. */
  readonly stop: number;

  constructor(part: Part, next: State) {
    const operand = typeof part === 'object' ? part : undefined;
    this.part = part;
    this.next = next;
    this.unit = typeof part === 'string' ? part.charCodeAt(0) : 0;
    this.kinds = operand?.place.kinds ?? 0;
    this.use = operand?.use ?? 'name';
    this.isMany = operand?.count === 'many';
    this.isOptional = operand?.count === 'optional';
    this.stop = this.isMany || this.isOptional ? next.firstUnit : 0;
  }
}

/** The states of an instruction, from the one after its keyword. Forms that begin alike share theirs. */
export const statesOf = (forms: readonly Form[]): State => new StateMaker(forms).stateAfter([]);

class StateMaker {
  readonly #forms: readonly Form[];
  #count = 0;

  constructor(forms: readonly Form[]) {
    this.#forms = forms;
  }

  stateAfter(read: readonly Part[]): State {
    const number = this.#count++;
    const forms = this.#forms.filter(({ parts }) => read.every((part, i) => isSame(part, parts[i])));
    const [first] = forms;
    invariant(first !== undefined, 'a state belongs to a form');
    if (first.parts.length === read.length) {
      invariant(forms.length === 1, `the forms of \`${first.keyword}\` differ in their operands`);
      return new State(number, [], first);
    }
    const next = forms.map(({ parts }) => parts[read.length] as Part);
    const different = next.filter((part, i) => next.findIndex(other => isSame(part, other)) === i);
    requireApart(first.keyword, different);
    return new State(
      number,
      different.map(part => new Choice(part, this.stateAfter([...read, part]))),
      undefined,
    );
  }
}

/** One token decides which form it is. */
function requireApart(keyword: string, parts: readonly Part[]): void {
  let seen: Kinds = 0;
  for (const part of parts) {
    const kinds = isOperand(part) ? part.place.kinds : 0;
    invariant((seen & kinds) === 0, `operands tell the forms of \`${keyword}\` apart`);
    seen |= kinds;
  }
}

const isSame = (a: Part, b: Part | undefined): boolean =>
  a === b ||
  (b !== undefined &&
    isOperand(a) &&
    isOperand(b) &&
    a.field === b.field &&
    a.place === b.place &&
    a.use === b.use &&
    a.count === b.count);
