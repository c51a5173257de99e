import type { Call, ValueOperand } from '../../air-grammar/index.ts';
import { isScriptError, type ScriptError } from '../errors.ts';
import { argsHashOf, NO_ARGUMENTS_HASH, toldPairHash } from '../log/args-hash.ts';
import type { ToldArgument } from '../log/record.ts';
import type { SealedRecord } from '../log/sealed-record.ts';
import { Producer, SourcedValue } from '../provenance/sourced-value.ts';
import { requireSize, Value } from '../values/value.ts';
import { toldOf } from './call-arguments.ts';
import { resolve } from './resolve.ts';
import type { Run } from './run.ts';

/** The arguments of the call in a record. */
export interface RecordedArguments {
  readonly list: readonly SourcedValue[];
  /** Args hash (hex) of the call at this site, with the told arguments of the record. */
  readonly hash: string;
  /** Whether the record states exactly the arguments that only its peer can know. */
  readonly isToldRight: boolean;
}

const NONE: RecordedArguments = { list: [], hash: NO_ARGUMENTS_HASH, isToldRight: true };

/**
 * As `resolveArguments`, where a record stands. What was read from an error register is taken from the record: its peer had another
 * error there, perhaps, or one with other parts. All else this peer computes itself.
 */
export function resolveRecorded(
  run: Run,
  node: Call,
  peerId: string,
  sealed: SealedRecord,
): RecordedArguments | undefined | ScriptError {
  const { told } = sealed.record;
  const operands = node.arguments;
  if (operands.length === 0 && told.length === 0) return NONE;
  const list: SourcedValue[] = [];
  const hashes: string[] = [];
  let used = 0;
  for (let index = 0; index < operands.length; index++) {
    const argument = resolve(run, operands[index] as ValueOperand);
    if (isScriptError(argument) && !argument.isOfRegister) return argument.joinable ? undefined : argument;
    const own = isScriptError(argument) ? { index, valueHash: '' } : toldOf(argument, index);
    if (own === undefined) {
      const plain = argument as SourcedValue;
      list.push(plain);
      hashes.push(plain.value.hash);
      continue;
    }
    const entry = told[used];
    if (entry === undefined || entry.index !== index || entry.keyHash !== own.keyHash)
      return wronglyTold(run, list);
    used += 1;
    const { keyHash, valueHash } = entry;
    hashes.push(keyHash === undefined ? valueHash : toldPairHash(keyHash, valueHash));
    const isOwn = own.valueHash === valueHash;
    list.push(isOwn ? (argument as SourcedValue) : toldArgument(argument, entry, peerId, sealed));
  }
  if (used < told.length) return wronglyTold(run, list);
  spendOn(run, list);
  return { list, hash: argsHashOf(hashes), isToldRight: true };
}

function wronglyTold(run: Run, list: readonly SourcedValue[]): RecordedArguments {
  spendOn(run, list);
  return { list, hash: '', isToldRight: false };
}

function spendOn(run: Run, list: readonly SourcedValue[]): void {
  requireSize(list.map(({ value }) => value));
  for (const { value } of list) if (value.isKnown) run.budget.value(value);
}

/** A statement of the peer that told it, and of no other. Its value does not travel. */
function toldArgument(
  own: SourcedValue | ScriptError,
  { valueHash }: ToldArgument,
  peerId: string,
  sealed: SealedRecord,
): SourcedValue {
  const told = new SourcedValue(Value.ofHash(valueHash), Producer.told(peerId, sealed));
  const pair = isScriptError(own) || own.isFromRegister ? undefined : own.pair;
  if (pair === undefined) return told;
  const [key] = pair;
  return new SourcedValue(Value.ofHash(valueHash), Producer.composed(peerId), '', {
    parts: () => [key, told],
  });
}
