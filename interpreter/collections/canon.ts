import { joinSelectors, type Selectors } from '../provenance/selectors.ts';
import { Producer, SourcedValue } from '../provenance/sourced-value.ts';
import { Float, isJsonObject, type Json } from '../values/json.ts';
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

export interface Pair {
  readonly key: MapKey;
  readonly value: SourcedValue;
  /** The object `{"key": …, "value": …}`. */
  readonly whole: SourcedValue;
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
      this.pairs.map(({ value }) => value.value),
      2,
    );
    const object: Record<string, Json> = Object.create(null) as Record<string, Json>;
    const lastKeys = this.lastPairs().map(({ key }) => key);
    for (const key of lastKeys) object[String(key)] = this.valuesOf(key).map(({ value }) => value.json);
    return Value.ofJson({ ...object });
  }

  /** Text of each key → its first value; of two keys with one text the first counts. */
  toFirstValues(): Value {
    requireFit(
      this.pairs.map(({ value }) => value.value),
      1,
    );
    const object: Record<string, Json> = Object.create(null) as Record<string, Json>;
    for (const { key, value } of this.pairs) {
      if (!(String(key) in object)) object[String(key)] = value.value.json;
    }
    return Value.ofJson({ ...object });
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
  requireFit([key.value, value.value], 1);
  const whole = Value.ofJson({ key: key.value.json, value: value.value.json });
  const producer = [key, value].every(part => part.producer.kind === 'literal')
    ? value.producer
    : Producer.composed(value.producer.peerId);
  const members = (step: string | number): SourcedValue | undefined =>
    step === 'key' ? key : step === 'value' ? value : undefined;
  const selectors = joinSelectors(key.choosers, value.selectors);
  return new SourcedValue(whole, producer, '', { members, parts: () => [key, value] }, selectors);
}

/** Reads an element of a stream map back; `undefined` if it is not a pair. */
export function readPair(whole: SourcedValue): Pair | undefined {
  const json = whole.value.json;
  if (!isJsonObject(json) || json instanceof Float) return undefined;
  const key = asMapKey(json['key'] as Json);
  const value = whole.member('value');
  return key === undefined || value === undefined ? undefined : { key, value, whole };
}

/** A whole canon as one value: the array of its elements. */
export function arrayOf(elements: readonly SourcedValue[]): Value {
  const values = elements.map(({ value }) => value);
  requireFit(values, 1);
  return Value.ofArray(values);
}
