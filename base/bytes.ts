import { base58, base64, base64urlnopad } from '@scure/base';
import { hexOf, readHex } from './hex.ts';

/** Bytes of nothing; shared, since it cannot be changed. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. Lone surrogates become U+FFFD: refuse ill-formed texts before they get here. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Writes the bytes of {@link utf8} to where there is room for them. */
export function utf8Into(text: string, target: Uint8Array): void {
  encoder.encodeInto(text, target);
}

/** How many bytes {@link utf8} takes, without making them. */
export function utf8Size(text: string): number {
  let size = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair of surrogates takes four bytes, and counts two here for each of them.
    size += unit < 0x800 || isSurrogate(unit) ? 1 : 2;
  }
  return size;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Text of UTF-8 bytes, or `undefined` if they are not UTF-8. A byte order mark is kept as a character. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Equality in a time that depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

export const toHex = (bytes: Uint8Array): string => hexOf(bytes, 0, bytes.length);
export const toBase58 = (bytes: Uint8Array): string => base58.encode(bytes);
export const toBase64 = (bytes: Uint8Array): string => base64.encode(bytes);
export const toBase64url = (bytes: Uint8Array): string => base64urlnopad.encode(bytes);

/** `undefined` where the text is not of that form. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  return readHex(text, bytes, 0) ? bytes : undefined;
}
export const fromBase58 = (text: string): Uint8Array | undefined => attempt(() => base58.decode(text));
export const fromBase64 = (text: string): Uint8Array | undefined => attempt(() => base64.decode(text));
export const fromBase64url = (text: string): Uint8Array | undefined =>
  attempt(() => base64urlnopad.decode(text));

function attempt(decode: () => Uint8Array): Uint8Array | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/**
 * Appends a piece to those of a message that is not complete. Pieces at the end that are not longer than the new one are joined with it, so that
 * few arrays are held, however small the pieces are that a stranger sends.
 */
export function addPiece(pieces: Uint8Array[], piece: Uint8Array): void {
  let joined = piece;
  for (
    let before = pieces.at(-1);
    before !== undefined && before.length <= joined.length;
    before = pieces.at(-1)
  ) {
    joined = concat(before, joined);
    pieces.pop();
  }
  pieces.push(joined);
}
