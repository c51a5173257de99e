import { begin } from '../../interpreter/executor/begin.ts';
import { Run } from '../../interpreter/executor/run.ts';
import { RunError, type RunInput } from '../../interpreter/index.ts';
import { callResultsOf, limitsOf } from '../../interpreter/host-input.ts';
import { scriptOf } from '../../interpreter/script-cache.ts';
import { Ledger } from '../../interpreter/trace/ledger.ts';
import { decodeRecent } from '../../interpreter/trace/recent-data.ts';
import { ALL_FORMS, formsOf, type Form } from './forms.ts';

/** Counts which instructions, and which forms of operands, were executed: not merely written. */
export class Coverage {
  readonly #times = new Map<Form, number>(ALL_FORMS.map(form => [form, 0]));

  /** Walks a run once more, watching. */
  add(input: RunInput): void {
    const { params, prevData, currentData } = input;
    const data = (bytes: Uint8Array) => decodeRecent(bytes, params.particleSignature, 'previous');
    const limits = limitsOf(params);
    try {
      const ledger = new Ledger(data(prevData), data(currentData));
      const run = new Run({ ...params, limits }, ledger, callResultsOf(input.callResults, limits));
      run.execute(scriptOf(input.air).root, (_, instruction) => {
        for (const form of formsOf(instruction)) this.#times.set(form, (this.#times.get(form) ?? 0) + 1);
        return begin(run, instruction);
      });
    } catch (failure) {
      if (!(failure instanceof RunError)) throw failure;
    }
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
