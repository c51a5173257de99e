import {
  indexStep,
  lensText,
  type Iterable,
  type StreamMapName,
  type StreamName,
} from '../../air-grammar/index.ts';
import { assertNever } from '../../base/assert.ts';
import { isScriptError, ScriptError } from '../errors.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';

import type { Json } from '../values/json.ts';
import { Value } from '../values/value.ts';
import type { Items } from './fold-state.ts';
import { applyCanonMapLens } from './lens.ts';
import { readCanon, readCanonMap } from './read.ts';
import { resolveScalar } from './resolve.ts';
import type { Run } from './run.ts';

/** The items of whatever is folded over in one go: arrays, canon streams, canon maps. */
export function itemsOf(
  run: Run,
  iterable: Exclude<Iterable, StreamName | StreamMapName>,
): Items | ScriptError {
  switch (iterable.kind) {
    case 'emptyArray':
      return new ListItems([]);
    case 'scalar': {
      const sourced = resolveScalar(run, iterable);
      if (isScriptError(sourced)) return sourced;
      return arrayItems(sourced, iterable.lens ? lensText(iterable.lens) : iterable.name);
    }
    case 'canon': {
      const canon = readCanon(run, iterable.name);
      return isScriptError(canon) ? canon : new ListItems(canon.elements);
    }
    case 'canonMap': {
      const map = readCanonMap(run, iterable.name);
      if (isScriptError(map)) return map;
      run.budget.elements(map.pairs.length);
      if (iterable.lens === undefined) return new ListItems(map.lastPairs().map(({ whole }) => whole));
      if (map.pairs.length === 0) return new ListItems([]);
      const sourced = applyCanonMapLens(run, map, iterable.lens);
      return isScriptError(sourced) ? sourced : arrayItems(sourced, lensText(iterable.lens));
    }
    default:
      return assertNever(iterable, 'iterable');
  }
}

function arrayItems(sourced: SourcedValue, name: string): Items | ScriptError {
  const json = sourced.value.json;
  if (!Array.isArray(json)) {
    return new ScriptError(
      'foldOverNonArray',
      `expression '${name}' returned non-array value '${sourced.value.text}' for fold iterable`,
    );
  }
  return new ArrayItems(sourced, json);
}

class ListItems implements Items {
  readonly #items: readonly SourcedValue[];

  constructor(items: readonly SourcedValue[]) {
    this.#items = items;
  }

  get length(): number {
    return this.#items.length;
  }

  at(index: number): SourcedValue {
    return this.#items[index] as SourcedValue;
  }

  identityOf(index: number): number {
    return index;
  }
}

/** Elements of an array: parts of the value they stand in, unless the script put that value together. */
class ArrayItems implements Items {
  readonly #array: SourcedValue;
  readonly #json: readonly Json[];
  /** The latest item. The body of a fold mostly names its iterator more than once. */
  #index = -1;
  #item: SourcedValue | undefined;

  constructor(array: SourcedValue, json: readonly Json[]) {
    this.#array = array;
    this.#json = json;
  }

  get length(): number {
    return this.#json.length;
  }

  at(index: number): SourcedValue {
    if (this.#item === undefined || this.#index !== index) {
      this.#item = this.#made(index);
      this.#index = index;
    }
    return this.#item;
  }

  #made(index: number): SourcedValue {
    const array = this.#array;
    return array.member(index) ?? array.part(Value.ofJson(this.#json[index] as Json), indexStep(index));
  }

  identityOf(index: number): number {
    return index;
  }
}
