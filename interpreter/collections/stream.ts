import { RunError } from '../errors.ts';
import type { Site, SiteKey } from '../provenance/site.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';
import type { Age } from '../trace/state.ts';

export interface StreamItem {
  readonly sourced: SourcedValue;
  /** Of the instruction that put it there: the item's identity on every peer. */
  readonly site: Site;
  /** Receives the final generation number when the stream is compacted. */
  readonly put: { generation: number };
}

/** In reading order. */
const AGES: readonly Age[] = ['previous', 'current', 'new'];

/** Values of one age. `folds`: how many folds in progress have visited it; later values then start a slot of their own. */
export interface Slot {
  readonly age: Age;
  readonly number: number;
  readonly items: StreamItem[];
  folds: number;
}

/**
 * A stream or stream map: three tables of generations, sparse, since the numbers come from data.
 *
 * Reading order is previous, current, new: what a peer knew first stays first, so its order never changes; other peers may
 * have another order.
 */
export class Stream {
  /** The same in every walk over a script: name and, of a private stream, site of its `new`. */
  readonly id: string;
  readonly #name: string;
  readonly #sizeMax: number;
  readonly #tables: Record<Age, Slot[]> = { previous: [], current: [], new: [] };
  /** Made when the first site is looked for: only a canon of another run does. */
  #bySite: Map<SiteKey, StreamItem> | undefined;
  #size = 0;
  /** Slots in the order in which they got their first item. */
  readonly #arrived: Slot[] = [];

  constructor(name: string, sizeMax: number, id = name) {
    this.id = id;
    this.#name = name;
    this.#sizeMax = sizeMax;
  }

  /** @throws {RunError} 20013 beyond the limit; nothing else ends an endless recursion. */
  add(item: StreamItem, age: Age, generation: number): void {
    const slot = this.#slotFor(age, generation);
    if (slot.items.length === 0) this.#arrived.push(slot);
    slot.items.push(item);
    this.#bySite?.set(item.site.key, item);
    this.#size += 1;
    if (this.#size > this.#sizeMax) {
      throw new RunError(
        'streamSizeLimit',
        `stream size goes over the allowed limit of ${this.#sizeMax + 1}`,
        {
          stream: this.#name,
        },
      );
    }
  }

  #slotFor(age: Age, generation: number): Slot {
    const table = this.#tables[age];
    const slot = age === 'new' ? (table.at(-1) ?? append(table, age)) : slotOf(table, age, generation);
    return slot.folds > 0 ? append(table, age) : slot;
  }

  /** What is put from now on is younger than all there is. */
  beginGeneration(): void {
    const table = this.#tables.new;
    if (table.at(-1)?.items.length !== 0) append(table, 'new');
  }

  /** How many slots have items. */
  get arrivals(): number {
    return this.#arrived.length;
  }

  /** The slots that have got their first item since there were `count` of them, in reading order. */
  slotsSince(count: number): Slot[] {
    return this.#arrived
      .slice(count)
      .sort((a, b) => AGES.indexOf(a.age) - AGES.indexOf(b.age) || a.number - b.number);
  }

  /** All non-empty slots in reading order. */
  slots(): Slot[] {
    return this.slotsSince(0);
  }

  items(): StreamItem[] {
    return this.slots().flatMap(slot => slot.items);
  }

  itemAt(site: SiteKey): StreamItem | undefined {
    this.#bySite ??= new Map(this.items().map(item => [item.site.key, item]));
    return this.#bySite.get(site);
  }

  /** Numbers the generations from 0 without holes, in reading order. */
  compact(): void {
    for (const [generation, slot] of this.slots().entries()) {
      for (const item of slot.items) item.put.generation = generation;
    }
  }
}

function append(table: Slot[], age: Age): Slot {
  const slot: Slot = { age, number: (table.at(-1)?.number ?? -1) + 1, items: [], folds: 0 };
  table.push(slot);
  return slot;
}

/** The slot of that number, made in its place if there is none. Numbers mostly arrive in order. */
function slotOf(table: Slot[], age: Age, number: number): Slot {
  let low = 0;
  let high = table.length;
  if (high > 0 && (table[high - 1] as Slot).number < number) low = high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((table[middle] as Slot).number < number) low = middle + 1;
    else high = middle;
  }
  const found = table[low];
  if (found?.number === number) return found;
  const slot: Slot = { age, number, items: [], folds: 0 };
  table.splice(low, 0, slot);
  return slot;
}
