import { createHash } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import { withMembers } from './members.ts';

/** All that happened in one run, as one digest; the lines are kept only if somebody will read them. */
export class History {
  readonly #hash = createHash('sha256');
  readonly #now: () => number;
  readonly #lines: string[] | undefined;
  #count = 0;

  /** @param now Virtual time since the start. */
  constructor(now: () => number, isKept: boolean) {
    this.#now = now;
    this.#lines = isKept ? [] : undefined;
  }

  add(who: string, what: string, ...facts: readonly (string | number)[]): void {
    const line = [`${this.#now()}`.padStart(7), who.padEnd(7), what, ...facts].join(' ');
    this.#count += 1;
    this.#hash.update(line).update('\n');
    this.#lines?.push(withMembers(line));
  }

  get count(): number {
    return this.#count;
  }

  /** Hex. Ends the history. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  /** The lines that name one of these words, or the troubles of the network; the last ones if there are many. */
  about(words: readonly string[], atMost = 80): readonly string[] {
    const lines = this.#lines ?? [];
    const found = lines.filter(line => line.includes(' act ') || words.some(word => line.includes(word)));
    return found.slice(-atMost);
  }
}

/** A particle, short enough to read. */
export const short = (signature: Uint8Array): string => toBase64url(signature).slice(0, 8);
