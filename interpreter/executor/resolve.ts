import type {
  CanonMapRead,
  CanonRead,
  ErrorRegister,
  LastError,
  PeerOperand,
  ScalarRead,
  Value as Operand,
} from '../../air-grammar/index.ts';
import { assertNever } from '../../base/assert.ts';
import { arrayOf, type CanonMap, type CanonStream } from '../collections/canon.ts';
import { isScriptError, RunError, ScriptError } from '../errors.ts';
import { Producer, SourcedValue } from '../provenance/sourced-value.ts';
import { Float, type Json } from '../values/json.ts';
import { Value } from '../values/value.ts';
import { applyCanonLens, applyCanonMapLens, applyLens } from './lens.ts';
import type { Run } from './run.ts';
import { UNSET, type Variables } from './variables.ts';

/** The value and origin of an operand, or why there is none. */
export function resolve(run: Run, operand: Operand): SourcedValue | ScriptError {
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
  if (operand.kind === 'string') return operand.value;
  const sourced = resolve(run, operand);
  if (isScriptError(sourced)) return sourced;
  const json = sourced.value.json;
  if (typeof json === 'string') return json;
  const name = operand.kind === 'initPeerId' ? '%init_peer_id%' : operand.name;
  return new ScriptError(
    'nonStringInTriplet',
    `call cannot resolve non-String triplet variable part \`${name}\` with value '${sourced.value.text}'`,
  );
}

export function resolveScalar(run: Run, operand: ScalarRead): SourcedValue | ScriptError {
  const scalar = readScalar(run, operand.name);
  return isScriptError(scalar) || operand.lens === undefined ? scalar : applyLens(run, scalar, operand.lens);
}

/** A scalar or an iterator: they share one name space. */
export function readScalar(run: Run, name: string): SourcedValue | ScriptError {
  const value = run.scalars.read(name);
  if (value === UNSET) return cleared(name);
  const fold = run.iterators.get(name);
  if (fold === undefined) return value ?? notFound(name);
  if (value !== undefined) throw iterableShadowing(name);
  return fold.items.at(fold.cursor);
}

export function readCanon(run: Run, name: string): CanonStream | ScriptError {
  return readFrom(run.canons, name);
}

export function readCanonMap(run: Run, name: string): CanonMap | ScriptError {
  return readFrom(run.canonMaps, name);
}

export function iterableShadowing(name: string): RunError {
  return new RunError(
    'iterableShadowing',
    `variable with name '${name}' can't be shadowed, shadowing isn't supported for iterables`,
  );
}

function resolveCanon(run: Run, operand: CanonRead): SourcedValue | ScriptError {
  const canon = readCanon(run, operand.name);
  if (isScriptError(canon)) return canon;
  if (operand.lens !== undefined) return applyCanonLens(run, canon, operand.lens);
  const { elements, peerId } = canon;
  const members = (step: string | number): SourcedValue | undefined =>
    typeof step === 'number' ? elements[step] : undefined;
  return new SourcedValue(arrayOf(elements), Producer.composed(peerId), '', { elements, members });
}

function resolveCanonMap(run: Run, operand: CanonMapRead): SourcedValue | ScriptError {
  const map = readCanonMap(run, operand.name);
  if (isScriptError(map)) return map;
  if (operand.lens !== undefined) return applyCanonMapLens(run, map, operand.lens);
  const elements = map.pairs.map(({ value }) => value);
  return new SourcedValue(map.toValue(), Producer.composed(map.peerId), '', { elements });
}

/** A lens on an error of no call leaves no trace in the origin: the literal is of the script as a whole. */
function resolveError(run: Run, operand: LastError | ErrorRegister): SourcedValue | ScriptError {
  const content = operand.kind === 'lastError' ? run.registers.lastError : run.registers.error;
  if (operand.lens === undefined) return content;
  const part = applyLens(run, content, operand.lens);
  return isScriptError(part) || part.producer.kind !== 'literal' ? part : part.stored();
}

function literal(run: Run, json: Json): SourcedValue {
  return new SourcedValue(Value.ofJson(json), run.literal);
}

const integer = (value: bigint): Json =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

function readFrom<T>(variables: Variables<T>, name: string): T | ScriptError {
  const value = variables.read(name);
  if (value === UNSET) return cleared(name);
  return value ?? notFound(name);
}

const notFound = (name: string): ScriptError =>
  new ScriptError('variableNotFound', `variable with name '${name}' wasn't defined during script execution`);

const cleared = (name: string): ScriptError =>
  new ScriptError('clearedByNew', `variable with name '${name}' was cleared by new and then wasn't set`);
