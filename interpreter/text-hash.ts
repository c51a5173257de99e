import { onForget } from './forget.ts';
import { sha256Hex } from './platform.ts';

/** Longer texts are seldom hashed twice, and looking them up would take as long. */
const TEXT_MAX = 256;
const TEXTS_MAX = 8192;

/**
 * Hashes of short texts met lately. Every run of a particle goes over all calls before it, and hashes their arguments again.
 *
 * In two halves: when the young one is full, it becomes the old one, and what was not asked for since is forgotten.
 */
let young = new Map<string, string>();
let old = new Map<string, string>();
onForget(() => ([young, old] = [new Map(), new Map()]));

/** SHA-256 of the UTF-8 of a text, lower-case hex. */
export function hashOfText(text: string): string {
  if (text.length > TEXT_MAX) return sha256Hex(text);
  const known = young.get(text);
  if (known !== undefined) return known;
  const hash = old.get(text) ?? sha256Hex(text);
  if (young.size >= TEXTS_MAX) [old, young] = [young, new Map()];
  young.set(text, hash);
  return hash;
}
