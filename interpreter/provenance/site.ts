import { sha256Hex } from '../platform.ts';

/**
 * Where in the run an instruction is executed: its index in the script and, for every fold in progress, which item it is at.
 *
 * A record is bound to its site, so a result cannot be moved, swapped with another of the same function and arguments, or
 * counted twice. For that to work a site must be the same on every honest peer, whatever the order in which data reached
 * it. Therefore items of arrays and canons are named by their index, which is part of the value, while items of streams,
 * whose order differs from peer to peer, are named by the site of the instruction that put them there.
 *
 * @spec docs/spec/call-record.md#sites
 */
export interface Site {
  readonly instruction: number;
  readonly iterations: Iterations;
  /** Unique text of the site: map key, and what people see. */
  readonly key: SiteKey;
  /** Names an item of a stream by the site that put it there: a hash (hex), so that recursion does not make sites grow. */
  readonly item: string;
}

export type SiteKey = string;

/** Index of an item (arrays, canons), or the hash (hex) of the site that put it into its stream. */
export type Item = number | string;

/** The folds in progress with the item each is at, outermost first. Immutable; shared by all sites below it. */
export class Iterations {
  static readonly none = new Iterations(undefined, -1, 0, '', 0);

  readonly parent: Iterations | undefined;
  /** Index of the fold instruction. */
  readonly fold: number;
  readonly item: Item;
  readonly key: string;
  readonly depth: number;

  private constructor(parent: Iterations | undefined, fold: number, item: Item, key: string, depth: number) {
    this.parent = parent;
    this.fold = fold;
    this.item = item;
    this.key = key;
    this.depth = depth;
  }

  /** A fold begins. */
  enter(fold: number, item: Item): Iterations {
    return new Iterations(this, fold, item, `${this.key}/${fold}:${item}`, this.depth + 1);
  }

  /**
   * A fold goes on to another item (`next`). Its entry moves to the end: the folds that stay in progress around it are
   * what tells this execution of the body from one reached by another way.
   */
  advance(fold: number, item: Item): Iterations {
    if (this.fold === fold) return (this.parent as Iterations).enter(fold, item);
    return this.without(fold).enter(fold, item);
  }

  /** From the outermost to the innermost. */
  entries(): { fold: number; item: Item }[] {
    const inner = this.depth === 0 ? [] : [{ fold: this.fold, item: this.item }];
    for (let at = this.parent; at?.parent !== undefined; at = at.parent)
      inner.push({ fold: at.fold, item: at.item });
    return inner.toReversed();
  }

  private without(fold: number): Iterations {
    let kept = Iterations.none;
    for (const entry of this.entries()) if (entry.fold !== fold) kept = kept.enter(entry.fold, entry.item);
    return kept;
  }
}

export const siteOf = (instruction: number, iterations: Iterations): Site =>
  new MadeSite(instruction, iterations);

/** Sites live as long as their data is cached, and each run needs their item again: it is kept with the site. */
abstract class KnownSite {
  abstract readonly key: SiteKey;
  #item: string | undefined;

  get item(): string {
    this.#item ??= sha256Hex(this.key);
    return this.#item;
  }
}

class MadeSite extends KnownSite implements Site {
  readonly instruction: number;
  readonly iterations: Iterations;
  readonly key: SiteKey;

  constructor(instruction: number, iterations: Iterations) {
    super();
    this.instruction = instruction;
    this.iterations = iterations;
    this.key = `${instruction}${iterations.key}`;
  }
}

/** A site from data, by its key. Strangers send many, and few are used: the folds stay text until they are read. */
export const readSiteOf = (instruction: number, key: SiteKey): Site => new ReadSite(instruction, key);

class ReadSite extends KnownSite implements Site {
  readonly instruction: number;
  readonly key: SiteKey;
  #iterations: Iterations | undefined;

  constructor(instruction: number, key: SiteKey) {
    super();
    this.instruction = instruction;
    this.key = key;
  }

  get iterations(): Iterations {
    this.#iterations ??= iterationsOf(this.key);
    return this.#iterations;
  }
}

/** Digits of a hash in hex: more than an index has. */
const HASH_LENGTH = 64;

function iterationsOf(key: SiteKey): Iterations {
  let iterations = Iterations.none;
  for (const entry of key.split('/').slice(1)) {
    const [fold = '', item = ''] = entry.split(':');
    iterations = iterations.enter(Number(fold), item.length === HASH_LENGTH ? item : Number(item));
  }
  return iterations;
}
