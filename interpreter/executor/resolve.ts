import type {
  CanonMapRead,
  CanonRead,
  ErrorRegister,
  LastError,
  PeerOperand,
  ScalarRead,
  ValueOperand,
} from '../../air-grammar/index.ts';
import { assertNever } from '../../base/assert.ts';
import { utf8 } from '../../base/bytes.ts';
import { isScriptError, ScriptError } from '../errors.ts';
import { NAME_BYTES_MAX } from '../limits.ts';
import { SourcedValue } from '../provenance/sourced-value.ts';
import { Float, type Json } from '../values/json.ts';
import { Value } from '../values/value.ts';
import { applyCanonLens, applyCanonMapLens, applyLens } from './lens.ts';
import { readCanon, readCanonMap, readScalar } from './read.ts';
import type { Run } from './run.ts';

/** The value and origin of an operand, or why it has none. */
export function resolve(run: Run, operand: ValueOperand): SourcedValue | ScriptError {
  switch (operand.kind) {
    case 'string':
    case 'boolean':
      return literal(run, operand.value);
    case 'integer':
      return literal(run, integer(operand.value));
    case 'float':
      return literal(run, Number.isInteger(operand.value) ? new Float(operand.value) : operand.value);
    case 'emptyArray':
      return literal(run, []);
    case 'initPeerId':
      return literal(run, run.facts.initPeerId);
    case 'timestamp':
      return literal(run, run.facts.timestamp);
    case 'ttl':
      return literal(run, run.facts.ttl);
    case 'lastError':
    case 'error':
      return resolveError(run, operand);
    case 'scalar':
      return resolveScalar(run, operand);
    case 'canon':
      return resolveCanon(run, operand);
    case 'canonMap':
      return resolveCanonMap(run, operand);
    default:
      return assertNever(operand, 'operand');
  }
}

/** A string where the script needs one: peer, service, function. */
export function resolveString(run: Run, operand: PeerOperand): string | ScriptError {
  if (operand.kind === 'string') return requireName(operand.value);
  const sourced = resolve(run, operand);
  if (isScriptError(sourced)) return sourced;
  const json = sourced.value.json;
  if (typeof json === 'string') return requireName(json);
  const name = operand.kind === 'initPeerId' ? '%init_peer_id%' : operand.name;
  return new ScriptError(
    'nonStringInTriplet',
    `call cannot resolve non-String triplet variable part \`${name}\` with value '${sourced.value.text}'`,
  );
}

/** A longer name fits into no record, so the call's result could not be recorded. The limit is the same on every peer. */
function requireName(name: string): string | ScriptError {
  // A unit takes 3 bytes at most: short names need no counting.
  if (name.length * 3 <= NAME_BYTES_MAX || utf8(name).length <= NAME_BYTES_MAX) return name;
  return new ScriptError(
    'nameSizeLimit',
    `the name of a peer, service or function is bigger than the limit allowed: ${NAME_BYTES_MAX} bytes`,
  );
}

export function resolveScalar(run: Run, operand: ScalarRead): SourcedValue | ScriptError {
  const scalar = readScalar(run, operand.name);
  return isScriptError(scalar) || operand.lens === undefined ? scalar : applyLens(run, scalar, operand.lens);
}

function resolveCanon(run: Run, operand: CanonRead): SourcedValue | ScriptError {
  const canon = readCanon(run, operand.name);
  if (isScriptError(canon)) return canon;
  if (operand.lens !== undefined) return applyCanonLens(run, canon, operand.lens);
  return canon.whole;
}

function resolveCanonMap(run: Run, operand: CanonMapRead): SourcedValue | ScriptError {
  const map = readCanonMap(run, operand.name);
  if (isScriptError(map)) return map;
  return operand.lens === undefined ? map.whole : applyCanonMapLens(run, map, operand.lens);
}

/** A lens on an error of no call leaves no trace in the origin. */
function resolveError(run: Run, operand: LastError | ErrorRegister): SourcedValue | ScriptError {
  const register = operand.kind === 'lastError' ? run.registers.lastError : run.registers.error;
  const content = register.marked(true);
  if (operand.lens === undefined) return content;
  const part = applyLens(run, content, operand.lens);
  return isScriptError(part) || part.producer.kind === 'service' ? part : part.asWhole();
}

function literal(run: Run, json: Json): SourcedValue {
  return new SourcedValue(Value.ofJson(json), run.literal);
}

/** The nearest double of an integer beyond the safe ones is not safe either. Comparing as bigint takes ten times as long. */
function integer(value: bigint): Json {
  const nearest = Number(value);
  return Number.isSafeInteger(nearest) ? nearest : value;
}
