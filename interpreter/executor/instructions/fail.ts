import type { Fail } from '../../../air-grammar/index.ts';
import { isScriptError, ScriptError } from '../../errors.ts';
import { Producer, SourcedValue } from '../../provenance/sourced-value.ts';
import { Float, isJsonObject, type Json } from '../../values/json.ts';
import { requireSize, Value } from '../../values/value.ts';
import { resolve } from '../resolve.ts';
import type { Run } from '../run.ts';

/** Raises an error object: the script's own, one from a service, or a register's again. Never waits. */
export function beginFail(run: Run, node: Fail): ScriptError | undefined {
  const object = errorObject(run, node);
  if (isScriptError(object)) return run.fail(object, node);
  const invalid = checkErrorObject(object.value);
  if (invalid !== undefined) return run.fail(new ScriptError('invalidErrorObject', invalid), node);

  requireSize([object.value]);
  run.registers.failedWith(object);
  run.complete = false;
  if (node.operand.kind === 'error') {
    const original = run.registers.original;
    run.registers.reraised();
    if (original !== undefined) return original;
  }
  return run.fail(
    new ScriptError('userError', `fail with '${object.value.text}' is used without corresponding xor`),
    node,
  );
}

function errorObject(run: Run, { operand }: Fail): SourcedValue | ScriptError {
  if (operand.kind !== 'failure') {
    const sourced = resolve(run, operand);
    return isScriptError(sourced) || sourced.elements === undefined ? sourced : sourced.stored();
  }
  const { code, message } = operand;
  const errorCode = BigInt.asIntN(54, code) === code ? Number(code) : code;
  return new SourcedValue(
    Value.ofJson({
      error_code: errorCode,
      message,
      instruction: `fail ${code} "${message}"`,
      peer_id: run.facts.initPeerId,
    }),
    // The interpreter composes the object, and the peers that executed the script decide which `fail` has run. So it is an error, not a
    // literal, as in the register `:error:`.
    Producer.error(run.facts.initPeerId),
  );
}

/** What is wrong with an error object, in the order in which it is checked. */
function checkErrorObject(value: Value): string | undefined {
  const { json: object, text } = value;
  if (!isJsonObject(object) || object instanceof Float) {
    return `scalar should have an object type to be converted into error object, but '${text}' doesn't have`;
  }
  if (!Object.hasOwn(object, 'error_code')) return `scalar '${text}' must have field with name 'error_code'`;
  const code = object['error_code'] as Json;
  if (!isInteger(code)) return `error_code of scalar '${text}' must have integer type`;
  if (code === 0) return 'error code must be non-zero, but it is zero';
  if (!Object.hasOwn(object, 'message')) return `scalar '${text}' must have field with name 'message'`;
  if (typeof object['message'] !== 'string') return `message of scalar '${text}' must have string type`;
  return undefined;
}

const isInteger = (json: Json): boolean =>
  typeof json === 'bigint' || (typeof json === 'number' && Number.isInteger(json));
