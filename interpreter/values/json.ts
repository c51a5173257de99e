import { BerylError } from '../../base/error.ts';
import { printable, shorten } from '../../base/printable.ts';

/** JSON as hosts and handlers see it: integers outside ±(2^53 − 1) are `bigint`, all other numbers `number`. */
export type JsonValue =
  null | boolean | number | bigint | string | JsonValue[] | { [key: string]: JsonValue };

/** A float whose value is a whole number: `1.0`, `-0.0`, `1e300`. Other floats are plain numbers. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * JSON without loss. Every value has one form: safe integers and floats with a fraction are `number`, integers beyond 2^53 − 1
 * (up to those of 64 bits) `bigint`, floats without a fraction {@link Float}. So `1` and `1.0` stay two values.
 */
export type Json = null | boolean | number | bigint | string | Float | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type JsonErrorCode = 'ERR_JSON_SYNTAX' | 'ERR_JSON_NUMBER' | 'ERR_JSON_DEPTH' | 'ERR_JSON_VALUE';

/** A text or value that is not JSON. The message names the place. */
export class JsonError extends BerylError<JsonErrorCode> {
  override readonly name = 'JsonError';
}

/** Arrays and objects inside each other. */
export const DEPTH_MAX = 127;

/** Of the array of a call's arguments: it stands around values that may be as deep as values are. */
export const ARGUMENTS_DEPTH_MAX = DEPTH_MAX + 1;

export const INTEGER_MIN = -(2n ** 63n);
export const INTEGER_MAX = 2n ** 64n - 1n;

export const isJsonObject = (json: Json): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof Float);

/**
 * Structural equality. An integer never equals a float; `0.0` equals `-0.0`; the order of keys does not matter.
 *
 * @param look Called before that much is compared: items of an array, members of an object; nothing for the rest. It may throw.
 * @example equalJson(parseJson('1'), parseJson('1.0')) // false
 */
export function equalJson(a: Json, b: Json, look?: (items: number, members: number) => void): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Float || b instanceof Float) {
    return a instanceof Float && b instanceof Float && a.value === b.value;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    look?.(a.length, 0);
    return a.every((item: Json, i) => equalJson(item, b[i] as Json, look));
  }
  const [left, right] = [a as JsonObject, b as JsonObject];
  const keys = Object.keys(left);
  look?.(0, keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    key => Object.hasOwn(right, key) && equalJson(left[key] as Json, right[key] as Json, look),
  );
}

/**
 * A fresh copy for a host or handler: their changes cannot reach the hashed original.
 *
 * @example toJsonValue(parseJson('[1, 1.0]')) // [1, 1]
 */
export function toJsonValue(json: Json): JsonValue {
  if (typeof json !== 'object' || json === null) return json;
  if (json instanceof Float) return json.value;
  if (Array.isArray(json)) return (json as readonly Json[]).map(toJsonValue);
  const copy: { [key: string]: JsonValue } = {};
  for (const [key, member] of Object.entries(json as JsonObject)) setOwn(copy, key, toJsonValue(member));
  return copy;
}

/**
 * What a host or handler gives as JSON. A `number` that is whole and safe is an integer, any other number a float; a `bigint`
 * is an integer of 64 bits.
 *
 * @param what Names the value in messages: `result` gives paths such as `result.items[3].name`.
 * @throws {JsonError} For anything that is not JSON: nothing is dropped or bent to fit.
 * @example canonicalJson(fromJsonValue({ n: 2n ** 63n }, 'result')) // '{"n":9223372036854775808}'
 */
export function fromJsonValue(value: unknown, what: string): Json {
  return convert(value, what, 0);
}

function convert(value: unknown, path: string, depth: number): Json {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return wellFormed(value, path);
    case 'number':
      return Number.isSafeInteger(value) ? value + 0 : convertFloat(value, path);
    case 'bigint':
      if (value < INTEGER_MIN || value > INTEGER_MAX) throw unfit(path, 'is an integer of more than 64 bits');
      return integer(value);
    case 'object':
      return value === null ? null : convertObject(value, path, depth);
    default:
      throw unfit(
        path,
        value === undefined ? 'is undefined; use null' : `is a ${typeof value}, which is not JSON`,
      );
  }
}

function convertObject(value: object, path: string, depth: number): Json {
  if (value instanceof Float) return convertFloat(value.value, path);
  // Also ends cycles.
  if (depth >= DEPTH_MAX)
    throw new JsonError('ERR_JSON_DEPTH', `\`${shown(path)}\` is nested deeper than ${DEPTH_MAX}`);
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, i) => convert(item, `${path}[${i}]`, depth + 1));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw unfit(path, 'is an instance of a class; give plain objects');
  }
  const copy: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(value)) {
    setOwn(copy, wellFormed(key, path), convert(member, `${path}.${key}`, depth + 1));
  }
  return copy;
}

function convertFloat(value: number, path: string): number | Float {
  if (!Number.isFinite(value)) throw unfit(path, `is ${value}, which JSON cannot hold`);
  return float(value);
}

/** An integer in its one form. */
export const integer = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/** A float in its one form. */
export const float = (value: number): number | Float => (Number.isInteger(value) ? new Float(value) : value);

/** Sets an own property whatever its name: plain assignment would change the prototype for `__proto__`. */
export function setOwn<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

function wellFormed(text: string, path: string): string {
  if (!text.isWellFormed()) throw unfit(path, 'holds a lone surrogate, which is not Unicode text');
  return text;
}

const unfit = (path: string, why: string): JsonError =>
  new JsonError('ERR_JSON_VALUE', `\`${shown(path)}\` ${why}`);

const PATH_SHOWN_MAX = 200;
const shown = (path: string): string => printable(shorten(path, PATH_SHOWN_MAX));
