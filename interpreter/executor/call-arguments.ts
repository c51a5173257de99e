import type { Call } from '../../air-grammar/index.ts';
import { isScriptError, type ScriptError } from '../errors.ts';
import { argsHashOf, toldPairHash } from '../log/args-hash.ts';
import type { ToldArgument } from '../log/record.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';
import { requireSize, type Value } from '../values/value.ts';
import { resolve } from './resolve.ts';
import type { Run } from './run.ts';

const NOTHING: readonly ToldArgument[] = [];
const valueOf = ({ value }: SourcedValue): Value => value;

/** What a call is given. */
export class CallArguments {
  readonly list: readonly SourcedValue[];
  /** UTF-16 units of their texts. */
  readonly size: number;
  #told: readonly ToldArgument[] | undefined;
  #hash: string | undefined;

  /** @throws {RunError} 10 if they are too large to be put together. */
  constructor(list: readonly SourcedValue[]) {
    this.list = list;
    this.size = requireSize(list.map(valueOf));
  }

  static readonly none = new CallArguments([]);

  /** What this peer tells of them in its record. */
  get told(): readonly ToldArgument[] {
    this.#told ??= toldIn(this.list);
    return this.#told;
  }

  /** Args hash (hex), as a record has it. Computed lazily: calls of other peers do not need it. */
  get hash(): string {
    this.#hash ??= argsHashOf(this.list.map(argumentHash));
    return this.#hash;
  }
}

function toldIn(list: readonly SourcedValue[]): readonly ToldArgument[] {
  let told: ToldArgument[] | undefined;
  for (const [index, argument] of list.entries()) {
    const one = toldOf(argument, index);
    if (one !== undefined) (told ??= []).push(one);
  }
  return told ?? NOTHING;
}

/** What a record states about an argument that was read from a register, or about a pair with such a value. */
export function toldOf(argument: SourcedValue, index: number): ToldArgument | undefined {
  if (argument.isFromRegister) return { index, valueHash: argument.value.hash };
  if (argument.composition === undefined) return undefined;
  const { pair } = argument;
  if (pair?.[1].isFromRegister !== true) return undefined;
  return { index, keyHash: pair[0].value.hash, valueHash: pair[1].value.hash };
}

function argumentHash(argument: SourcedValue): string {
  const told = toldOf(argument, 0);
  return told?.keyHash === undefined ? argument.value.hash : toldPairHash(told.keyHash, told.valueHash);
}

/** All arguments, from left to right; `undefined` as soon as one is not there yet, an error as soon as one is about something else. */
export function resolveArguments(run: Run, node: Call): CallArguments | undefined | ScriptError {
  if (node.arguments.length === 0) return CallArguments.none;
  const list: SourcedValue[] = [];
  for (const operand of node.arguments) {
    const argument = resolve(run, operand);
    if (isScriptError(argument)) return argument.joinable ? undefined : argument;
    list.push(argument);
  }
  for (const { value } of list) run.budget.value(value);
  return new CallArguments(list);
}
