import fc from 'fast-check';
import type { Accessor, Instruction, Lens, Span } from '../../air-grammar/index.ts';
import { format } from '../../air-grammar/index.ts';
import type { Form } from '../../air-grammar/form.ts';
import { textsOf, type KindText } from '../../air-grammar/kinds.ts';
import { AIR, type Language } from '../../air-grammar/language.ts';
import type { Operand } from '../../air-grammar/operands.ts';
import type { OperandPart } from '../../air-grammar/table.ts';

/**
 * Random valid programs: every instruction of a language and every form of operand, each name defined before it is read, `next` where it
 * may stand.
 *
 * A program is made from a list of choices; where the list is at its end each choice is the first. So a shorter list is a simpler
 * program, and fast-check can shrink.
 */
export const programsOf = (language: Language): fc.Arbitrary<Instruction> =>
  fc
    .array(fc.nat(0xffff), { size: 'large', maxLength: 400 })
    .map(choices => new ProgramMaker(choices, language).program());

/** Programs of AIR. */
export const airProgram = programsOf(AIR);

/** The same as text. */
export const airScript: fc.Arbitrary<string> = airProgram.map(root => format(root));

const SIGILS = { scalar: '', stream: '$', streamMap: '%', canon: '#', canonMap: '#%' } as const;
type Kind = keyof typeof SIGILS;
const isVariable = (kind: string): kind is Kind => kind in SIGILS;

const NAMES = ['x', 'yy', 'état', '_', '-k', '1st', '名前', 'a-b_c', 'null_', 'x2'];
const FIELDS = ['id', 'length', 'é', '-', '_x', 'a1'];
const STRINGS = [
  '',
  'plain',
  'two\nlines',
  '; no comment',
  '([',
  'back\\slash',
  '🦊',
  'ключ',
  '%last_error%',
];
const INTEGERS = [0n, 1n, -1n, 7n, 1234n, 2n ** 63n - 1n, -(2n ** 63n)];
const FLOATS = [0, -0, 1, 1.5, -1, 0.00000001, 123456789.1, 100000.5, 1234567890, -123456789, 0.1];
const INDEXES = [0, 1, 7, 0xffff_ffff];
const DEPTH_MAX = 12;
const NOWHERE: Span = { start: 0, end: 0 };

class ProgramMaker {
  readonly #choices: readonly number[];
  /** `null` first: the simplest. */
  readonly #leaves: readonly Form[];
  readonly #nested: readonly Form[];
  #at = 0;
  #index = 0;
  #iterators = 0;
  readonly #defined: Record<Kind, string[]> = {
    scalar: [],
    stream: [],
    streamMap: [],
    canon: [],
    canonMap: [],
  };
  /** Enclosing folds without a `next` so far. A fold over a stream accepts `next` in the last place only. */
  #open: { readonly name: string; readonly lastOnly: boolean }[] = [];

  constructor(choices: readonly number[], { forms }: Language) {
    this.#choices = choices;
    this.#nested = forms.filter(({ nested }) => nested.length > 0);
    const leaves = forms.filter(({ nested }) => nested.length === 0);
    this.#leaves = leaves.toSorted((a, b) => Number(b.kind === 'null') - Number(a.kind === 'null'));
  }

  program(): Instruction {
    return this.#instruction(0);
  }

  #pick<T>(options: readonly T[]): T {
    const choice = this.#choices[this.#at] ?? 0;
    this.#at += 1;
    return options[choice % options.length] as T;
  }

  #maybe(): boolean {
    return this.#pick([false, true]);
  }

  #instruction(depth: number): Instruction {
    const atEnd = depth >= DEPTH_MAX || this.#at >= this.#choices.length;
    const form = this.#pick(atEnd ? this.#leaves : this.#maybe() || depth < 3 ? this.#nested : this.#leaves);
    const node: Record<string, unknown> = { kind: form.kind, ...NOWHERE, index: this.#index++ };
    if (form.row.tail === 'next') this.#makeNext(node, form);
    else if (form.row.tail === 'fold') this.#makeFold(node, form, depth);
    else this.#makePlain(node, form, depth);
    return node as unknown as Instruction;
  }

  #makePlain(node: Record<string, unknown>, form: Form, depth: number): void {
    for (const part of form.operands) this.#setOperand(node, part);
    const postponed = form.row.tail === 'both' ? this.#open.filter(({ lastOnly }) => lastOnly) : [];
    this.#open = this.#open.filter(fold => !postponed.includes(fold));
    for (const [position, { field }] of form.nested.entries()) {
      if (position === form.nested.length - 1) this.#open.push(...postponed);
      node[field] = this.#instruction(depth + 1);
    }
  }

  #makeFold(node: Record<string, unknown>, form: Form, depth: number): void {
    const [iterable, iterator] = form.operands as [OperandPart, OperandPart];
    this.#setOperand(node, iterable);
    const { kind } = node[iterable.field] as Operand;
    const name = `i${(this.#iterators += 1)}`;
    const fold = { name, lastOnly: kind === 'stream' || kind === 'streamMap' };
    node[iterator.field] = { kind: 'scalar', name, ...NOWHERE };
    this.#defined.scalar.push(name);
    this.#open.push(fold);
    for (const { field, count } of form.nested)
      if (count === 'one' || this.#maybe()) node[field] = this.#instruction(depth + 1);
    this.#open = this.#open.filter(other => other !== fold);
  }

  /** Where no fold waits for one: `null`. */
  #makeNext(node: Record<string, unknown>, form: Form): void {
    if (this.#open.length === 0) {
      node['kind'] = 'null';
      return;
    }
    const { name } = this.#pick(this.#open);
    this.#open = this.#open.filter(fold => fold.name !== name);
    for (const { field } of form.operands) node[field] = { kind: 'scalar', name, ...NOWHERE };
  }

  #setOperand(node: Record<string, unknown>, part: OperandPart): void {
    const { field, count } = part;
    if (count === 'many')
      node[field] = Array.from({ length: this.#pick([0, 1, 2, 3]) }, () => this.#operand(part));
    else if (count === 'one' || this.#maybe()) node[field] = this.#operand(part);
  }

  #operand({ place, use }: OperandPart): Operand {
    const kinds = textsOf(place.kinds);
    const variables = kinds.filter(kind => isVariable(kind.replace('+', '')));
    if (use === 'define') return this.#fresh(this.#pick(variables) as Kind);
    const literals = kinds.filter(kind => !variables.includes(kind));
    const known =
      use === 'name'
        ? variables
        : variables.filter(kind => this.#defined[kind.replace('+', '') as Kind].length > 0);
    const isLiteral = known.length === 0 || (literals.length > 0 && this.#maybe());
    return this.#ofKind(this.#pick(isLiteral ? literals : known), use === 'name');
  }

  /** @param anyName Whether a variable may be one that is not defined. */
  #ofKind(kind: KindText, anyName: boolean): Operand {
    if (kind.endsWith('+')) {
      const whole = this.#ofKind(kind.slice(0, -1) as KindText, anyName);
      return { ...whole, lens: this.#lens() };
    }
    if (isVariable(kind)) return anyName ? this.#name(kind) : this.#known(kind);
    return { kind, ...this.#contentOf(kind), ...NOWHERE } as Operand;
  }

  /** What a literal holds. */
  #contentOf(kind: KindText): object {
    switch (kind) {
      case 'string':
        return { value: this.#pick(STRINGS) };
      case 'integer':
        return { value: this.#pick(INTEGERS) };
      case 'float':
        return { value: this.#pick(FLOATS) };
      case 'boolean':
        return { value: this.#maybe() };
      case 'failure':
        return {
          code: this.#pick(INTEGERS.filter(code => code !== 0n)),
          message: this.#pick(STRINGS),
        };
      default:
        return {};
    }
  }

  #lens(): Lens {
    if (this.#pick([false, false, false, true])) return { kind: 'length' };
    const accessors = Array.from({ length: this.#pick([1, 2, 3]) }, () => this.#accessor());
    return { kind: 'path', accessors };
  }

  #accessor(): Accessor {
    const forms: Accessor[] = [
      { kind: 'index', index: this.#pick(INDEXES) },
      { kind: 'field', name: this.#pick(FIELDS) },
    ];
    // In brackets a name that begins with a digit would be an index.
    const scalars = this.#defined.scalar.filter(name => !/^[0-9]/.test(name));
    if (scalars.length > 0) forms.push({ kind: 'byScalar', name: this.#pick(scalars) });
    return this.#pick(forms);
  }

  #known(kind: Kind): Operand {
    return { kind, name: this.#pick(this.#defined[kind]), ...NOWHERE } as Operand;
  }

  /** Any name, defined or not. */
  #name(kind: Kind): Operand & { readonly name: string } {
    return { kind, name: SIGILS[kind] + this.#pick(NAMES), ...NOWHERE } as Operand & { name: string };
  }

  /** A name that this instruction defines. It is never the name of an iterator. */
  #fresh(kind: Kind): Operand {
    const variable = this.#name(kind);
    this.#defined[kind].push(variable.name);
    return variable;
  }
}
