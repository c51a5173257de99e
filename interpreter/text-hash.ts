import { ByteBuffer } from '../base/byte-buffer.ts';
import { onForget } from './forget.ts';
import { sha256Hex } from './platform.ts';

/** Longer texts are seldom hashed twice, and looking them up would take as long. */
const TEXT_MAX = 256;
const TEXTS_MAX = 8192;

/**
 * Hashes of what was hashed lately and is short. Every run of a particle goes over all calls before it, and hashes their arguments again.
 *
 * In two halves: when the young half is full, it becomes the old one, and entries that were not used since are dropped.
 */
class RecentHashes {
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  readonly #hash: (text: string) => string;

  constructor(hash: (text: string) => string) {
    this.#hash = hash;
    onForget(() => ([this.#young, this.#old] = [new Map(), new Map()]));
  }

  of(text: string): string {
    if (text.length > TEXT_MAX) return this.#hash(text);
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const hash = this.#old.get(text) ?? this.#hash(text);
    if (this.#young.size >= TEXTS_MAX) [this.#old, this.#young] = [this.#young, new Map()];
    this.#young.set(text, hash);
    return hash;
  }
}

const texts = new RecentHashes(sha256Hex);
const digits = new RecentHashes(hex => {
  buffer.clear();
  buffer.hex(hex);
  return sha256Hex(buffer.view());
});
const buffer = new ByteBuffer(256, 64 * 1024);

/** SHA-256 of the UTF-8 of a text, lower-case hex. */
export const hashOfText = (text: string): string => texts.of(text);

/** SHA-256 of the bytes that hexadecimal digits stand for, lower-case hex. */
export const hashOfHex = (hex: string): string => digits.of(hex);
