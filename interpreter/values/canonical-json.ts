import { Float, type Json, type JsonObject } from './json.ts';
import { printFloat, SCIENTIFIC_BELOW } from './json-number.ts';

/**
 * The one text of a value, which is hashed and signed: no white space, keys in the order of their UTF-8 bytes, strings escaped
 * only where they must be, integers and floats told apart.
 *
 * @spec docs/spec/data.md#canonical-json
 * @example canonicalJson(parseJson('{ "b": 1.0, "a": 2 }')) // '{"a":2,"b":1.0}'
 */
export function canonicalJson(json: Json): string {
  return isPlain(json) ? JSON.stringify(json) : write(json);
}

/** Whether JSON.stringify gives the same text, several times faster: keys in order, no number that it prints differently. */
function isPlain(json: Json): boolean {
  if (typeof json === 'number') return Number.isInteger(json) || Math.abs(json) >= SCIENTIFIC_BELOW;
  if (typeof json === 'bigint') return false;
  if (typeof json !== 'object' || json === null) return true;
  if (json instanceof Float) return false;
  if (Array.isArray(json)) return json.every(isPlain);
  const object = json as JsonObject;
  let previous: string | undefined;
  for (const key of Object.keys(object)) {
    if (previous !== undefined && compareUtf8(previous, key) > 0) return false;
    if (!isPlain(object[key] as Json)) return false;
    previous = key;
  }
  return true;
}

function write(json: Json): string {
  switch (typeof json) {
    case 'string':
      return JSON.stringify(json);
    case 'number':
      return Number.isInteger(json) ? String(json) : printFloat(json);
    case 'bigint':
    case 'boolean':
      return String(json);
    default:
      return json === null ? 'null' : writeStructure(json);
  }
}

function writeStructure(json: Float | readonly Json[] | JsonObject): string {
  if (json instanceof Float) return printFloat(json.value);
  if (Array.isArray(json)) {
    const items = json as readonly Json[];
    let text = '[';
    for (let i = 0; i < items.length; i++) text += (i === 0 ? '' : ',') + write(items[i] as Json);
    return `${text}]`;
  }
  const object = json as JsonObject;
  let text = '{';
  let first = true;
  for (const key of sortedKeys(object)) {
    text += `${first ? '' : ','}${JSON.stringify(key)}:${write(object[key] as Json)}`;
    first = false;
  }
  return `${text}}`;
}

export function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) {
    if (compareUtf8(keys[i - 1] as string, keys[i] as string) > 0) return keys.sort(compareUtf8);
  }
  return keys;
}

/** Order of UTF-8 bytes, which is that of code points. JavaScript's own order differs where surrogates are involved. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const surrogates = Number(isSurrogate(x)) - Number(isSurrogate(y));
    return surrogates === 0 ? x - y : surrogates;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
