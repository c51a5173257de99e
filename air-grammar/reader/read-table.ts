import type { Form } from '../form.ts';
import type { Language } from '../language.ts';
import type { Choice, State } from '../states.ts';
import { Draft, InstructionTable } from './instruction-table.ts';
import { scanOperand } from './scan-operand.ts';
import { GIVE_UP, Scanner } from './scanner.ts';
import { END, Unit } from './units.ts';

/**
 * Reads well-formed scripts in one pass. It stops at the first unexpected token; then the grammar
 * explains the error. It makes no objects: what runs reads its instructions from the table (docs/decisions/0008-instruction-table.md).
 *
 * @param noted The kinds of instruction that rules look at.
 * @returns Nothing if the script is not well-formed.
 */
export function readTable(
  text: string,
  language: Language,
  noted: ReadonlySet<string>,
): InstructionTable | undefined {
  if (!text.isWellFormed()) return undefined;
  const scanner = new Scanner(text, language);
  const draft = new Draft();
  try {
    new TableReader(scanner, draft, noted).read();
    return new InstructionTable(draft, text, language, scanner.readsDefined);
  } catch (failure) {
    if (failure === GIVE_UP) return undefined;
    throw failure;
  } finally {
    scanner.close();
    draft.close();
  }
}

class TableReader {
  readonly #scanner: Scanner;
  readonly #draft: Draft;
  readonly #forms: readonly Form[];
  readonly #isNoted: readonly boolean[];

  constructor(scanner: Scanner, draft: Draft, noted: ReadonlySet<string>) {
    this.#scanner = scanner;
    this.#draft = draft;
    this.#forms = scanner.language.forms;
    this.#isNoted = this.#forms.map(({ kind }) => noted.has(kind));
  }

  read(): void {
    do {
      if (this.#scanner.peek() === Unit.rightParen) this.#close();
      else this.#begin();
    } while (this.#draft.parent >= 0);
    if (this.#scanner.peek() !== END) throw GIVE_UP;
  }

  #begin(): void {
    const draft = this.#draft;
    this.#scanner.take(Unit.leftParen);
    const { parent } = draft;
    if (parent >= 0 && draft.countNested(parent) >= this.#formOf(parent).nested.length) throw GIVE_UP;
    const index = draft.begin(this.#scanner.at - 1);
    const form = this.#operands(this.#scanner.keyword());
    this.#scanner.endOperands();
    draft.setForm(index, form.number);
    if (form.nested.length > 0) draft.parent = index;
    else this.#end(index);
  }

  #close(): void {
    const index = this.#draft.parent;
    if (index < 0 || this.#draft.nestedCount(index) < this.#formOf(index).required) throw GIVE_UP;
    this.#end(index);
  }

  #end(index: number): void {
    this.#scanner.take(Unit.rightParen);
    if (this.#isNoted[this.#draft.formOf(index)] as boolean) this.#draft.noted.push(index);
    this.#draft.end(index, this.#scanner.at);
  }

  #formOf(index: number): Form {
    return this.#forms[this.#draft.formOf(index)] as Form;
  }

  #operands(first: State): Form {
    let state = first;
    while (state.form === undefined) {
      state = state.only === undefined ? this.#choose(state) : this.#follow(state.only);
    }
    return state.form;
  }

  #follow(choice: Choice): State {
    const scanner = this.#scanner;
    if (choice.unit !== 0) scanner.take(choice.unit);
    else if (choice.isMany) while (scanner.peek() !== choice.stop) this.#operand(choice);
    else if (!choice.isOptional || scanner.peek() !== choice.stop) this.#operand(choice);
    return choice.next;
  }

  #operand(choice: Choice): void {
    scanOperand(this.#scanner, choice.kinds, choice.use);
    this.#scanner.use(choice.use);
  }

  /** Several forms continue in different ways: the next token decides which one it is. */
  #choose({ choices, kinds }: State): State {
    const unit = this.#scanner.peek();
    for (let i = 0; i < choices.length; i++) {
      const choice = choices[i] as Choice;
      if (choice.unit === unit) return this.#follow(choice);
    }
    const kind = scanOperand(this.#scanner, kinds, 'read');
    for (let i = 0; i < choices.length; i++) {
      const choice = choices[i] as Choice;
      if ((choice.kinds & kind) === 0) continue;
      this.#scanner.use(choice.use);
      return choice.next;
    }
    throw GIVE_UP;
  }
}
