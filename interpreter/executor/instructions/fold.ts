import type { Fold, StreamMapName, StreamName } from '../../../air-grammar/index.ts';
import { invariant } from '../../../base/assert.ts';
import type { Slot, Stream, StreamItem } from '../../collections/stream.ts';
import { RunError, type ScriptError, isScriptError } from '../../errors.ts';
import type { Iterations } from '../../provenance/site.ts';
import type { Items } from '../fold-state.ts';
import { itemsOf } from '../iterables.ts';
import { WORK } from '../budget.ts';
import { iterableShadowing } from '../read.ts';
import type { Frame, Run } from '../run.ts';

export function beginFold(run: Run, node: Fold): ScriptError | undefined {
  run.budget.work(WORK.fold);
  const { iterable } = node;
  if (iterable.kind === 'stream' || iterable.kind === 'streamMap')
    return beginStreamFold(run, node, iterable);
  const items = itemsOf(run, iterable);
  if (isScriptError(items)) return run.waitOrFail(items, node);
  if (items.length === 0) return undefined;
  return foldOver(run, node, items, false, { resume: (_, error) => error });
}

/**
 * Binds the iterator to the first item and runs the body; `next` does the rest.
 *
 * @param after Resumes when the body has ended and the scope is closed.
 */
function foldOver(run: Run, node: Fold, items: Items, overStream: boolean, after: Frame): undefined {
  const name = node.iterator.name;
  if (run.foldOf(name) !== undefined) {
    throw new RunError(
      'multipleIterableValues',
      `multiple iterable values found for iterable name '${name}'`,
    );
  }
  if (typeof run.scalars.read(name) === 'object') throw iterableShadowing(name);
  const { iterations } = run;
  if (iterations.depth >= run.facts.limits.folds) {
    throw new RunError(
      'depthLimit',
      `more than the allowed ${run.facts.limits.folds} folds inside each other`,
    );
  }
  run.beginFold(name, { node, items, cursor: 0, overStream, endReached: false });
  run.iterations = iterations.enter(node.index, items.identityOf(0));
  run.scopes.enterFold();
  run.push(new FoldFrame(name, iterations, after));
  return run.enter(node.body);
}

/** Closes the scope of a fold. */
class FoldFrame implements Frame {
  readonly #name: string;
  readonly #around: Iterations;
  readonly #after: Frame;

  constructor(name: string, around: Iterations, after: Frame) {
    this.#name = name;
    this.#around = around;
    this.#after = after;
  }

  resume(run: Run, error: ScriptError | undefined): ScriptError | undefined {
    run.scopes.leaveFold();
    run.iterations = this.#around;
    run.endFold(this.#name);
    return this.#after.resume(run, error);
  }
}

/**
 * A fold over a stream: one scalar-like fold per generation, in passes, until a pass finds nothing new. Values that arrive
 * in a generation which this fold has visited start one of their own, so every value is visited once.
 */
function beginStreamFold(run: Run, node: Fold, name: StreamName | StreamMapName): ScriptError | undefined {
  const stream = run.streams.find(name);
  if (stream === undefined) return run.wait();
  return new StreamFold(node, stream).continue(run);
}

class StreamFold implements Frame {
  readonly #node: Fold;
  readonly #stream: Stream;
  readonly #visited: Slot[] = [];
  /** Slots of the stream when this fold last read it. */
  #known = 0;
  #batch: Slot[] = [];
  #complete = false;

  constructor(node: Fold, stream: Stream) {
    this.#node = node;
    this.#stream = stream;
  }

  /** A generation has ended. Its errors are swallowed: they concern this generation only. */
  resume(run: Run): undefined {
    this.#complete ||= run.complete;
    return this.continue(run);
  }

  continue(run: Run): undefined {
    const slot = this.#nextSlot();
    if (slot === undefined) {
      for (const visited of this.#visited) visited.folds -= 1;
      run.complete = this.#complete;
      return undefined;
    }
    slot.folds += 1;
    this.#visited.push(slot);
    run.budget.elements(slot.items.length);
    return foldOver(run, this.#node, new StreamItems(slot.items), true, this);
  }

  #nextSlot(): Slot | undefined {
    if (this.#batch.length === 0) {
      this.#batch = this.#stream.slotsSince(this.#known).toReversed();
      this.#known = this.#stream.arrivals;
      if (this.#batch.length > 0) this.#stream.beginGeneration();
    }
    return this.#batch.pop();
  }
}

class StreamItems implements Items {
  readonly #items: readonly StreamItem[];

  constructor(items: readonly StreamItem[]) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length;
  }

  at(index: number) {
    return this.#item(index).sourced;
  }

  identityOf(index: number): string {
    return this.#item(index).site.item;
  }

  #item(index: number): StreamItem {
    const item = this.#items[index];
    invariant(item !== undefined, 'a fold stays inside its items');
    return item;
  }
}
