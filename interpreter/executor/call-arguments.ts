import type { Call } from '../../air-grammar/index.ts';
import { isScriptError, type ScriptError } from '../errors.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';
import { requireSize, Value } from '../values/value.ts';
import { resolve } from './resolve.ts';
import type { Run } from './run.ts';

/** What a call is given. */
export class CallArguments {
  readonly list: readonly SourcedValue[];
  /** UTF-16 units of their texts. */
  readonly size: number;
  readonly #values: readonly Value[];
  #hash: string | undefined;

  /** @throws {RunError} 10 if they are too large to be put together. */
  constructor(list: readonly SourcedValue[]) {
    this.list = list;
    this.#values = list.map(({ value }) => value);
    this.size = requireSize(this.#values);
  }

  /** SHA-256 (hex) of the canonical JSON of the array. Nobody needs it of a call that another peer must perform. */
  get hash(): string {
    this.#hash ??= Value.ofArray(this.#values).hash;
    return this.#hash;
  }
}

/** All arguments, from left to right; `undefined` as soon as one is not there yet, an error as soon as one is about something else. */
export function resolveArguments(run: Run, node: Call): CallArguments | undefined | ScriptError {
  const list: SourcedValue[] = [];
  for (const operand of node.arguments) {
    const argument = resolve(run, operand);
    if (isScriptError(argument)) return argument.joinable ? undefined : argument;
    list.push(argument);
  }
  for (const { value } of list) run.budget.value(value);
  return new CallArguments(list);
}
