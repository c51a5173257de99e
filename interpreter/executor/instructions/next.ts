import type { Next } from '../../../air-grammar/index.ts';
import { RunError, type ScriptError } from '../../errors.ts';
import type { Iterations } from '../../provenance/site.ts';
import type { FoldState } from '../fold-state.ts';
import type { Frame, Run } from '../run.ts';

/** Cost of rewriting an entry of a site, in elements visited. */
const ELEMENTS_PER_FOLD = 4;

/**
 * Runs the body of its fold for the following item, nested in the running iteration: what stands after `next` runs in
 * reverse order of the items, each time in the scope of its own iteration.
 */
export function beginNext(run: Run, { iterator }: Next): ScriptError | undefined {
  const fold = run.foldOf(iterator.name);
  if (fold === undefined) {
    throw new RunError('foldStateNotFound', `fold state not found for this iterable '${iterator.name}'`);
  }
  const { node, items, overStream } = fold;
  if (fold.cursor + 1 < items.length) {
    const { iterations } = run;
    fold.cursor += 1;
    // The folds inside this one move.
    if (iterations.fold !== node.index) run.budget.elements(ELEMENTS_PER_FOLD * iterations.depth);
    run.iterations = iterations.advance(node.index, items.identityOf(fold.cursor));
    run.scopes.enterNext();
    run.push(new NextFrame(fold, iterations));
    return run.enter(node.body);
  }
  if (node.last !== undefined) {
    run.complete = true;
    return run.enter(node.last);
  }
  if (overStream && !fold.endReached) run.complete = false;
  fold.endReached = true;
  return undefined;
}

/** Goes back to the iteration around. */
class NextFrame implements Frame {
  readonly #fold: FoldState;
  readonly #around: Iterations;

  constructor(fold: FoldState, around: Iterations) {
    this.#fold = fold;
    this.#around = around;
  }

  resume(run: Run, error: ScriptError | undefined): ScriptError | undefined {
    run.scopes.leaveNext();
    run.iterations = this.#around;
    // After an error the iterator stays where it was: scripts that catch the error see this and rely on it.
    if (error === undefined) this.#fold.cursor -= 1;
    return error;
  }
}
