import { sha256Hex } from '../../interpreter/index.ts';
import { RecentEntries } from '../recent.ts';

/** Texts whose hash is remembered: small values, origins and lists of peers come again and again. */
const REMEMBERED_MAX = 32_768;
const SHORT = 512;

const remembered = new RecentEntries<string>(REMEMBERED_MAX);

/** SHA-256 of a text's UTF-8, in hex: the name of content. */
export function hashOfText(text: string): string {
  if (text.length > SHORT) return sha256Hex(text);
  let hash = remembered.get(text);
  if (hash === undefined) {
    hash = sha256Hex(text);
    remembered.set(text, hash);
  }
  return hash;
}

export const hashOfBytes = (bytes: Uint8Array): string => sha256Hex(bytes);
