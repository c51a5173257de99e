import { canonicalJson, sortedKeys } from './canonical-json.ts';
import { Float, type Json, type JsonObject } from './json.ts';

/** Longer texts are compared piece by piece: another text as long would have to be made for the comparison alone. */
const WHOLE_UNITS = 256 * 1024;
const PIECE_UNITS = 64 * 1024;

/**
 * Whether {@link canonicalJson} gives this text for this value.
 *
 * For example, `isCanonicalOf({ a: 1 }, '{"a":1}')` is `true`.
 */
export const isCanonicalOf = (json: Json, text: string): boolean =>
  text.length <= WHOLE_UNITS ? canonicalJson(json) === text : endOf(json, text, 0) === text.length;

/** Where the value that stands from `at` on ends in the text; -1 if another text stands there. */
function endOf(json: Json, text: string, at: number): number {
  if (typeof json === 'string') return endOfString(json, text, at);
  if (typeof json !== 'object' || json === null || json instanceof Float)
    return endOfPiece(canonicalJson(json), text, at);
  if (Array.isArray(json)) return endOfArray(json as readonly Json[], text, at);
  return endOfObject(json as JsonObject, text, at);
}

function endOfArray(items: readonly Json[], text: string, at: number): number {
  let end = at;
  for (let i = 0; i < items.length; i++) {
    end = endOf(items[i] as Json, text, endOfPiece(i === 0 ? '[' : ',', text, end));
    if (end < 0) return end;
  }
  return endOfPiece(items.length === 0 ? '[]' : ']', text, end);
}

function endOfObject(object: JsonObject, text: string, at: number): number {
  const keys = sortedKeys(object);
  let end = at;
  for (const [i, key] of keys.entries()) {
    end = endOfString(key, text, endOfPiece(i === 0 ? '{' : ',', text, end));
    end = endOf(object[key] as Json, text, endOfPiece(':', text, end));
    if (end < 0) return end;
  }
  return endOfPiece(keys.length === 0 ? '{}' : '}', text, end);
}

function endOfString(value: string, text: string, at: number): number {
  if (value.length <= PIECE_UNITS) return endOfPiece(JSON.stringify(value), text, at);
  let end = endOfPiece('"', text, at);
  for (let from = 0; from < value.length && end >= 0;) {
    let to = Math.min(from + PIECE_UNITS, value.length);
    // Halves of a pair would be escaped.
    if (to < value.length && (value.charCodeAt(to - 1) & 0xfc00) === 0xd800) to -= 1;
    end = endOfPiece(JSON.stringify(value.slice(from, to)).slice(1, -1), text, end);
    from = to;
  }
  return endOfPiece('"', text, end);
}

const endOfPiece = (piece: string, text: string, at: number): number =>
  at >= 0 && text.startsWith(piece, at) ? at + piece.length : -1;
