import { fieldStep, indexStep, type Accessor, type Lens } from '../../air-grammar/index.ts';
import { arrayOf, asMapKey, type CanonMap, type CanonStream, type MapKey } from '../collections/canon.ts';
import { isScriptError, ScriptError } from '../errors.ts';
import { joinSelectors, NO_SELECTORS, type Selectors } from '../provenance/selectors.ts';
import { Producer, SourcedValue } from '../provenance/sourced-value.ts';
import { canonicalJson } from '../values/canonical-json.ts';

import { isJsonObject, type Json } from '../values/json.ts';
import { Value } from '../values/value.ts';
import { readScalar } from './read.ts';
import type { Run } from './run.ts';

const INDEX_MAX = 0xffff_ffff;

/** A lens on a scalar, iterator or error object. The getter of the result is the path that was taken, not the one written. */
export function applyLens(run: Run, base: SourcedValue, lens: Lens): SourcedValue | ScriptError {
  if (lens.kind === 'length') return ofRegister(base, lengthOf(base));
  return applyPath(run, base, lens.accessors, 0);
}

/** Says of an error that it is about what a register of this peer holds. */
const ofRegister = <T>({ isFromRegister }: SourcedValue, result: T | ScriptError): T | ScriptError =>
  isFromRegister && isScriptError(result) ? result.ofRegister() : result;

function lengthOf(base: SourcedValue): SourcedValue | ScriptError {
  const json = base.value.json;
  if (!Array.isArray(json)) {
    return new ScriptError(
      'lengthOfNonArray',
      `the length functor could applied only to an array-like value, but it's applied to '${base.value.text}'`,
    );
  }
  return base.length(Value.ofJson(json.length));
}

function applyPath(
  run: Run,
  base: SourcedValue,
  accessors: readonly Accessor[],
  from: number,
): SourcedValue | ScriptError {
  run.budget.elements(accessors.length - from);
  let origin = base;
  /** Of the part reached so far; made when it is looked into. */
  let json: Json | undefined;
  const steps: string[] = [];
  let selectors = NO_SELECTORS;
  for (let i = from; i < accessors.length; i++) {
    const key = ofRegister(origin, keyOf(run, accessors[i] as Accessor));
    if (isScriptError(key)) return key;
    // A member of a value that the script put together has an origin of its own.
    const member = steps.length === 0 ? origin.member(key) : undefined;
    if (member === undefined) {
      const part = ofRegister(origin, partOf(json === undefined ? origin.value.json : json, key));
      if (isScriptError(part)) return part;
      steps.push(typeof key === 'number' ? indexStep(key) : fieldStep(key));
      json = part;
    } else {
      origin = member;
      json = undefined;
    }
    selectors = joinSelectors(selectors, choosersOf(run, accessors[i] as Accessor));
  }
  const part = steps.length === 0 ? origin : origin.part(Value.ofJson(json as Json), steps.join('.'));
  return part.selectedBy(selectors);
}

/** The peers that chose what a variable accessor picks; none if the script writes the accessor out. */
function choosersOf(run: Run, accessor: Accessor): Selectors {
  if (accessor.kind === 'index' || accessor.kind === 'field') return NO_SELECTORS;
  const scalar = readScalar(run, accessor.name);
  return isScriptError(scalar) ? NO_SELECTORS : scalar.choosers;
}

/** The field name or index that an accessor means now. */
function keyOf(run: Run, accessor: Accessor): string | number | ScriptError {
  if (accessor.kind === 'index') return accessor.index;
  if (accessor.kind === 'field') return accessor.name;
  const scalar = readScalar(run, accessor.name);
  if (isScriptError(scalar)) return scalar;
  const json = scalar.value.json;
  if (typeof json === 'string') return json;
  const index = asIndex(json);
  if (index !== undefined) return index;
  return new ScriptError(
    'lensError',
    isNumber(json)
      ? notU32(json)
      : `scalar accessor \`${canonicalJson(json)}\` should has number or string type`,
  );
}

function partOf(json: Json, key: string | number): Json | ScriptError {
  if (typeof key === 'number') {
    if (!Array.isArray(json)) {
      return lensError(
        `value '${canonicalJson(json)}' is not an array-type to match array accessor with idx = '${key}'`,
      );
    }
    return key < json.length
      ? (json[key] as Json)
      : lensError(`value '${canonicalJson(json)}' does not contain element for idx = '${key}'`);
  }
  if (!isJsonObject(json)) {
    return lensError(
      `value '${canonicalJson(json)}' is not an map-type to match field accessor with field_name = '${key}'`,
    );
  }
  return Object.hasOwn(json, key)
    ? (json[key] as Json)
    : lensError(`value '${canonicalJson(json)}' does not contain element with field name = '${key}'`);
}

/** A lens on a canon stream: its first accessor selects an element, the rest a part of it. */
export function applyCanonLens(run: Run, canon: CanonStream, lens: Lens): SourcedValue | ScriptError {
  if (lens.kind === 'length')
    return ownCount(run, canon.elements.length, () => canon.elements, canon.selectors);
  return applyElements(run, canon.elements.length, at => canon.elements[at], lens.accessors, 0);
}

function applyElements(
  run: Run,
  count: number,
  elementAt: (index: number) => SourcedValue | undefined,
  accessors: readonly Accessor[],
  from: number,
): SourcedValue | ScriptError {
  const index = elementIndex(run, accessors[from] as Accessor);
  if (isScriptError(index)) return index;
  const element = elementAt(index);
  if (element === undefined) {
    return lensError(
      `lambda is applied to a stream that have only '${count}' elements, but '${index}' requested`,
    );
  }
  const picked = element.selectedBy(choosersOf(run, accessors[from] as Accessor));
  return applyPath(run, picked, accessors, from + 1);
}

function elementIndex(run: Run, accessor: Accessor): number | ScriptError {
  if (accessor.kind === 'index') return accessor.index;
  if (accessor.kind === 'field') {
    return lensError(`field accessor (with field name = '${accessor.name}') can't be applied to a stream`);
  }
  const scalar = readScalar(run, accessor.name);
  if (isScriptError(scalar)) return scalar;
  const json = scalar.value.json;
  const index = asIndex(json);
  if (index !== undefined) return index;
  return lensError(
    isNumber(json) ? notU32(json) : `stream accessor \`${canonicalJson(json)}\` should has number (u32) type`,
  );
}

/**
 * A lens on a canon map: its first accessor is a key, the second selects one of the key's values, the rest a part of that.
 * An absent key gives `[]`, whatever follows.
 */
export function applyCanonMapLens(run: Run, map: CanonMap, lens: Lens): SourcedValue | ScriptError {
  if (lens.kind === 'length') {
    return ownCount(run, map.pairs.length, () => map.pairs.map(({ whole }) => whole), map.selectors);
  }
  const [first, second] = lens.accessors as readonly [Accessor, Accessor?];
  const key = mapKey(run, first);
  if (isScriptError(key)) return key;
  if (second === undefined || !map.has(key)) return keyValues(run, map, key, lens.accessors);
  const pairs = map.pairsOf(key);
  const choosers = choosersOf(run, first);
  return applyElements(run, pairs.length, at => pairs[at]?.value.selectedBy(choosers), lens.accessors, 1);
}

function keyValues(run: Run, map: CanonMap, key: MapKey, accessors: readonly Accessor[]): SourcedValue {
  const values = map.valuesOf(key);
  run.budget.elements(values.length);
  const steps = accessors.map((accessor, i) =>
    i === 0 ? keyStep(key) : accessor.kind === 'index' ? indexStep(accessor.index) : fieldStep(accessor.name),
  );
  const members = (step: string | number): SourcedValue | undefined =>
    typeof step === 'number' ? values[step] : undefined;
  const composition = { members, parts: () => values };
  const selectors = joinSelectors(map.selectors, choosersOf(run, accessors[0] as Accessor));
  const producer = Producer.composed(map.peerId);
  return new SourcedValue(arrayOf(values), producer, `.$.${steps.join('.')}`, composition, selectors);
}

const keyStep = (key: MapKey): string => (typeof key === 'string' ? fieldStep(key) : `[${key}]`);

function mapKey(run: Run, accessor: Accessor): MapKey | ScriptError {
  if (accessor.kind === 'index') return accessor.index;
  if (accessor.kind === 'field') return accessor.name;
  const scalar = readScalar(run, accessor.name);
  if (isScriptError(scalar)) return scalar;
  if (run.foldOf(accessor.name) !== undefined)
    return lensError('canon stream map accessor must not be iterable');
  return (
    asMapKey(scalar.value.json) ??
    lensError(`canon stream map accessor \`${scalar.value.text}\` should be either string or number`)
  );
}

/** Counted by the current peer, not returned by a service. The peers that selected the elements decided how many there are. */
function ownCount(
  run: Run,
  count: number,
  parts: () => readonly SourcedValue[],
  selectors: Selectors,
): SourcedValue {
  const producer = Producer.composed(run.me);
  return new SourcedValue(Value.ofJson(count), producer, '.length', { parts }, selectors);
}

const lensError = (message: string): ScriptError => new ScriptError('lensError', message);

const isNumber = (json: Json): boolean =>
  typeof json !== 'string' &&
  typeof json !== 'boolean' &&
  json !== null &&
  !Array.isArray(json) &&
  !isJsonObject(json);

const asIndex = (json: Json): number | undefined =>
  typeof json === 'number' && Number.isInteger(json) && json >= 0 && json <= INDEX_MAX ? json : undefined;

const notU32 = (json: Json): string => `index accessor \`${canonicalJson(json)} can't be converted to u32\``;
