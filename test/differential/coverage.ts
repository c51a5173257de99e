import type { RunInput } from '../../interpreter/index.ts';
import { rerun } from '../support/rerun.ts';
import { ALL_FORMS, formsOf, type Form } from './forms.ts';

/** Counts which instructions, and which forms of operands, were executed: not merely written. */
export class Coverage {
  readonly #times = new Map<Form, number>(ALL_FORMS.map(form => [form, 0]));

  /** Walks a run once more, watching. */
  add(input: RunInput): void {
    rerun(input, instruction => {
      for (const form of formsOf(instruction)) this.#times.set(form, (this.#times.get(form) ?? 0) + 1);
    });
  }

  get reached(): number {
    return [...this.#times.values()].filter(times => times > 0).length;
  }

  get missing(): Form[] {
    return [...this.#times].filter(([, times]) => times === 0).map(([form]) => form);
  }

  /** Executed that the list of forms does not know. */
  get unknown(): Form[] {
    const known = new Set(ALL_FORMS);
    return [...this.#times.keys()].filter(form => !known.has(form));
  }
}
