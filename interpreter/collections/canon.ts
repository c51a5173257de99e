import { joinSelectors, type Selectors } from '../provenance/selectors.ts';
import { Producer, SourcedValue, type Composition } from '../provenance/sourced-value.ts';
import type { Json } from '../values/json.ts';
import { MemberNames } from '../values/member-names.ts';
import { requireFit, Value } from '../values/value.ts';

/** What `canon` made of a stream: its elements in the order that one peer fixed for all. */
export class CanonStream {
  readonly peerId: string;
  readonly elements: readonly SourcedValue[];
  #selectors: Selectors | undefined;
  #whole: SourcedValue | undefined;

  constructor(peerId: string, elements: readonly SourcedValue[]) {
    this.peerId = peerId;
    this.elements = elements;
  }

  /** All of it as one value: an array whose members keep their own origins. Made once, however often a script names it. */
  get whole(): SourcedValue {
    this.#whole ??= this.#compose();
    return this.#whole;
  }

  #compose(): SourcedValue {
    const { elements, peerId } = this;
    const members = (step: string | number): SourcedValue | undefined =>
      typeof step === 'number' ? elements[step] : undefined;
    const composition = { elements, members, parts: () => elements };
    return new SourcedValue(arrayOf(elements), Producer.composed(peerId), '', composition, this.selectors);
  }

  /** Selectors of the canon as a whole, and of its length: its peer, and every peer that selected an element before. */
  get selectors(): Selectors {
    this.#selectors ??= selectorsOf(this.peerId, this.elements);
    return this.#selectors;
  }
}

const selectorsOf = (peerId: string, elements: readonly SourcedValue[]): Selectors =>
  elements.reduce((all, { selectors }) => joinSelectors(selectors, all), [peerId] as Selectors);

export type MapKey = string | number | bigint;

/** An element of a canon map. */
export class Pair {
  readonly key: MapKey;
  /** The object `{"key": …, "value": …}`. */
  readonly whole: SourcedValue;
  /** What is under the key. */
  readonly content: Value;
  #value: SourcedValue | undefined;

  constructor(key: MapKey, whole: SourcedValue, content: Value) {
    this.key = key;
    this.whole = whole;
    this.content = content;
  }

  /** The content with its origin. Made at the first access: scripts read few of the pairs of a large map. */
  get value(): SourcedValue {
    this.#value ??= this.whole.member('value') as SourcedValue;
    return this.#value;
  }
}

/** What `canon` made of a stream map. All pairs are kept, keys repeat. */
export class CanonMap {
  readonly peerId: string;
  readonly pairs: readonly Pair[];
  #byKey: Map<MapKey, Pair[]> | undefined;
  #selectors: Selectors | undefined;
  #whole: SourcedValue | undefined;

  constructor(peerId: string, pairs: readonly Pair[]) {
    this.peerId = peerId;
    this.pairs = pairs;
  }

  /** All of it as one value. Made once, however often a script names it. */
  get whole(): SourcedValue {
    this.#whole ??= this.#compose();
    return this.#whole;
  }

  #compose(): SourcedValue {
    const { pairs, peerId } = this;
    const composition = {
      elements: pairs.map(({ value }) => value),
      parts: () => pairs.map(pair => pair.whole),
    };
    return new SourcedValue(this.toValue(), Producer.composed(peerId), '', composition, this.selectors);
  }

  /** Selectors of the map as a whole, its length and all values of a key: its peer, and every peer that selected a pair before. */
  get selectors(): Selectors {
    this.#selectors ??= selectorsOf(
      this.peerId,
      this.pairs.map(({ whole }) => whole),
    );
    return this.#selectors;
  }

  /** Not a copy: a script may read many elements one by one. */
  pairsOf(key: MapKey): readonly Pair[] {
    return this.#index().get(key) ?? [];
  }

  valuesOf(key: MapKey): readonly SourcedValue[] {
    return this.pairsOf(key).map(({ value }) => value);
  }

  has(key: MapKey): boolean {
    return this.#index().has(key);
  }

  /** The last pair of each key, in the order of those pairs. */
  lastPairs(): Pair[] {
    const last = new Map<MapKey, Pair>();
    for (const pair of this.pairs) {
      last.delete(pair.key);
      last.set(pair.key, pair);
    }
    return [...last.values()];
  }

  /** Text of each key → all its values. Of two keys with one text the one inserted last counts. */
  toValue(): Value {
    requireFit(
      this.pairs.map(({ content }) => content),
      2,
    );
    const members = new Map<string, Value>();
    for (const { key } of this.lastPairs())
      members.set(String(key), Value.ofArray(this.pairsOf(key).map(({ content }) => content)));
    return Value.ofMembers(new MemberNames([...members.keys()]), [...members.values()]);
  }

  /** Text of each key → its first value; of two keys with one text the first counts. All members keep their origins. */
  toFirstValues(): SourcedValue {
    requireFit(
      this.pairs.map(({ content }) => content),
      1,
    );
    const first = new Map<string, Pair>();
    for (const pair of this.pairs) {
      const name = String(pair.key);
      if (!first.has(name)) first.set(name, pair);
    }
    const composition = {
      members: (step: string | number) => (typeof step === 'string' ? first.get(step)?.value : undefined),
      parts: () => this.pairs.map(({ whole }) => whole),
    };
    return new SourcedValue(
      Value.ofMembers(
        new MemberNames([...first.keys()]),
        Array.from(first.values(), ({ content }) => content),
      ),
      Producer.composed(this.peerId),
      '',
      composition,
      this.selectors,
    );
  }

  #index(): Map<MapKey, Pair[]> {
    if (this.#byKey === undefined) {
      this.#byKey = new Map();
      for (const pair of this.pairs) {
        const same = this.#byKey.get(pair.key);
        if (same === undefined) this.#byKey.set(pair.key, [pair]);
        else same.push(pair);
      }
    }
    return this.#byKey;
  }
}

/** A key is a string or an integer; `42` and `"42"` are two keys. */
export function asMapKey(json: Json): MapKey | undefined {
  if (typeof json === 'string' || typeof json === 'bigint') return json;
  return typeof json === 'number' && Number.isInteger(json) ? json : undefined;
}

/**
 * The element of a stream map. The object is put together by the script, so as a whole it has no service; its two members
 * keep their own origins. The peer that chose the key selects the value that a reader finds under it.
 */
export function pairOf(key: SourcedValue, value: SourcedValue): SourcedValue {
  const parts = [key.value, value.value];
  requireFit(parts, 1);
  const whole = Value.ofMembers(PAIR, parts);
  const isLiteral = key.producer.kind === 'literal' && value.producer.kind === 'literal';
  const producer = isLiteral ? value.producer : Producer.composed(value.producer.peerId);
  const selectors = joinSelectors(key.choosers, value.selectors);
  return new SourcedValue(whole, producer, '', new PairParts(key, value), selectors);
}

const PAIR = new MemberNames(['key', 'value']);

class PairParts implements Composition {
  readonly #key: SourcedValue;
  readonly #value: SourcedValue;

  constructor(key: SourcedValue, value: SourcedValue) {
    this.#key = key;
    this.#value = value;
  }

  members(step: string | number): SourcedValue | undefined {
    return step === 'key' ? this.#key : step === 'value' ? this.#value : undefined;
  }

  parts(): readonly SourcedValue[] {
    return [this.#key, this.#value];
  }
}

/** Reads an element of a stream map back; `undefined` if it is not a pair. */
export function readPair(whole: SourcedValue): Pair | undefined {
  const made = whole.composition?.members?.('key')?.value.json;
  const key = made === undefined ? undefined : asMapKey(made);
  const content = whole.composition?.members?.('value')?.value;
  return key === undefined || content === undefined ? undefined : new Pair(key, whole, content);
}

/** A whole canon as one value: the array of its elements. */
export function arrayOf(elements: readonly SourcedValue[]): Value {
  const values = elements.map(({ value }) => value);
  requireFit(values, 1);
  return Value.ofArray(values);
}
