import { PLAIN_FIELD } from '../../air-grammar/index.ts';
import { Float, isJsonObject, type Json } from './json.ts';

/**
 * Getters: which part of a result a value is, as text. `''` is the whole result, `.$.` and accessors joined by `.` a part
 * (`.$.a.[0].b`), and `.length` at the end the number of elements.
 *
 * One path has one spelling, and one spelling is one path: a key that is not a plain name is quoted (`.$.["a.b"]`), or a result
 * with a key `a.b` could pass for the field `b` of the field `a`.
 *
 * @spec docs/spec/call-record.md#origins
 */
export type Getter = string;

/** The getter of a part of what `getter` gets. @param steps At least one, joined by `.`. */
export function extendGetter(getter: Getter, steps: string): Getter {
  const begun = getter !== '' && getter !== ERROR_GETTER;
  return `${getter}${begun ? '.' : '.$.'}${steps}`;
}

export const lengthGetter = (getter: Getter): Getter => `${getter}.length`;

/** The error object of a failed call: not part of any result, so no guard that expects a result matches it. */
export const ERROR_GETTER = ':error:';

/**
 * What `getter` gets from `result`; `undefined` if the getter is malformed, or there is no such part.
 *
 * @example applyGetter(parseJson('{"a":[7]}'), '.$.a.[0]') // 7
 */
export function applyGetter(result: Json, getter: Getter): Json | undefined {
  // The length of an object is a field, and fields have another spelling.
  if (getter === '.length' && !Array.isArray(result)) return undefined;
  const steps = stepsOf(getter);
  if (steps === undefined) return undefined;
  let value: Json | undefined = result;
  for (const key of steps) {
    value = applyStep(value, key);
    if (value === undefined) return undefined;
  }
  return value;
}

/** Whether a text is a getter in its one spelling: only such a text can be the getter of a tetraplet of a result. */
export const isGetter = (text: string): boolean => stepsOf(text) !== undefined;

/** The keys and indexes of a getter, in order; `undefined` if it is malformed. */
function stepsOf(getter: Getter): (string | number)[] | undefined {
  if (getter === '') return [];
  if (getter === '.length') return ['length'];
  if (!getter.startsWith('.$.')) return undefined;
  const keys: (string | number)[] = [];
  for (let at = 3; ; at += 1) {
    const step = readStep(getter, at);
    if (step === undefined) return undefined;
    keys.push(step.key);
    at = step.end;
    if (at === getter.length) return keys;
    if (getter[at] !== '.') return undefined;
  }
}

function applyStep(value: Json, key: string | number): Json | undefined {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  if (Array.isArray(value)) return key === 'length' ? value.length : undefined;
  if (!isJsonObject(value) || value instanceof Float) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The step that begins at `at`: an index, a quoted key or a plain name; and where it ends. */
function readStep(getter: string, at: number): { key: string | number; end: number } | undefined {
  if (getter[at] !== '[') {
    const dot = getter.indexOf('.', at);
    const end = dot === -1 ? getter.length : dot;
    const name = getter.slice(at, end);
    return PLAIN_FIELD.test(name) ? { key: name, end } : undefined;
  }
  if (getter[at + 1] !== '"') {
    const index = /^\[(0|[1-9][0-9]{0,9})\]/.exec(getter.slice(at, at + 13));
    return index === null ? undefined : { key: Number(index[1]), end: at + index[0].length };
  }
  let quote = at + 2;
  while (quote < getter.length && getter[quote] !== '"') quote += getter[quote] === '\\' ? 2 : 1;
  if (getter[quote + 1] !== ']') return undefined;
  try {
    const key: unknown = JSON.parse(getter.slice(at + 1, quote + 1));
    return typeof key === 'string' && !PLAIN_FIELD.test(key) ? { key, end: quote + 2 } : undefined;
  } catch {
    return undefined;
  }
}
