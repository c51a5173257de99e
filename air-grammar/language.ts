import { invariant } from '../base/assert.ts';
import type { Instruction } from './ast.ts';
import { formsOf, type Form } from './form.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { statesOf, type State } from './states.ts';
import type { Rows } from './table.ts';

/** A table of instructions, prepared for readers and walks: their only source about instructions. */
export class Language {
  readonly rows: Rows;
  readonly forms: readonly Form[];
  /** What follows each keyword. */
  readonly states: ReadonlyMap<string, State>;
  readonly #byKind: ReadonlyMap<string, Form>;

  constructor(rows: Rows) {
    this.rows = rows;
    this.forms = formsOf(rows);
    this.#byKind = new Map(this.forms.map(form => [form.kind, form]));
    invariant(this.#byKind.size === this.forms.length, 'each kind of node belongs to one row');
    this.states = new Map(
      Object.keys(rows).map(keyword => [
        keyword,
        statesOf(this.forms.filter(form => form.keyword === keyword)),
      ]),
    );
  }

  /** Fails for an instruction that is not in the table: no walk skips it silently. */
  formOf({ kind }: Pick<Instruction, 'kind'>): Form {
    const form = this.#byKind.get(kind);
    invariant(form !== undefined, `the table of instructions has a row for \`${kind}\``);
    return form;
  }
}

/** AIR as it is. */
export const AIR = new Language(INSTRUCTIONS);
