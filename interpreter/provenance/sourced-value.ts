import { ERROR_GETTER, extendGetter, lengthGetter, type Getter } from '../values/getter.ts';
import type { Value } from '../values/value.ts';
import type { Origin, OriginKind } from './origin.ts';
import { joinSelectors, MANY_SELECTORS, NO_SELECTORS, type Selectors } from './selectors.ts';
import type { Site } from './site.ts';
import type { Tetraplet } from './tetraplet.ts';

/** A signed record, by its leaf hash (hex). With its peer that is its name: equal bytes in the logs of two peers are two records. */
export interface HashedRecord {
  readonly hash: string;
  readonly record: { readonly site: Site };
}

const NO_ARGUMENTS: readonly SourcedValue[] = [];

/** Who made a value. Only a service has a name: a guard that expects a service matches no other kind. */
export class Producer {
  readonly kind: OriginKind;
  readonly peerId: string;
  readonly serviceId: string;
  readonly functionName: string;
  /** Of a service: the record behind the result, once there is one. Of an error that another peer told: the record in which it did. */
  readonly record: HashedRecord | undefined;
  /** Of a service: what the call was given. */
  readonly arguments: readonly SourcedValue[];
  #selectors: Selectors | undefined;

  private constructor(
    kind: Producer['kind'],
    peerId: string,
    serviceId: string,
    functionName: string,
    record?: HashedRecord,
    args: readonly SourcedValue[] = NO_ARGUMENTS,
  ) {
    this.kind = kind;
    this.peerId = peerId;
    this.serviceId = serviceId;
    this.functionName = functionName;
    this.record = record;
    this.arguments = args;
  }

  static literal(initPeerId: string): Producer {
    return new Producer('literal', initPeerId, '', '');
  }

  /** By the script, in what `peerId` has executed of it. The latest is shared: a script puts many values together on one peer. */
  static composed(peerId: string): Producer {
    if (Producer.#composed?.peerId !== peerId) Producer.#composed = new Producer('composed', peerId, '', '');
    return Producer.#composed;
  }

  static #composed: Producer | undefined;

  /** The peer, as the only selector. */
  get selectors(): Selectors {
    this.#selectors ??= [this.peerId];
    return this.#selectors;
  }

  /** The interpreter, about an error that is of no call. Its text may quote any value: it is not a literal. */
  static error(initPeerId: string): Producer {
    return new Producer('error', initPeerId, '', '');
  }

  /** By the peer of a canon or of a call, about an error that it had: its word, in its record. */
  static told(peerId: string, record: HashedRecord): Producer {
    return new Producer('error', peerId, '', '', record);
  }

  static service(
    peerId: string,
    serviceId: string,
    functionName: string,
    record?: HashedRecord,
    args?: readonly SourcedValue[],
  ): Producer {
    return new Producer('service', peerId, serviceId, functionName, record, args);
  }
}

/** What a value was put together from. */
export interface Composition {
  /** Set on a whole canon stream or canon map: a call argument then carries one tetraplet per element. */
  readonly elements?: readonly SourcedValue[];
  /** What a first step into the value leads to: each member keeps its own origin. */
  members?(step: string | number): SourcedValue | undefined;
  /** All values that went into it. Computed on demand. */
  parts?(): readonly SourcedValue[];
}

/**
 * A value with its origin: the currency of the executor.
 *
 * Invariant (the rule of tetraplets): if `producer` is a service and `getter` does not begin with `:error:`, then
 * `applyGetter(result of the producing call, getter)` equals `value`.
 */
export class SourcedValue {
  readonly value: Value;
  readonly producer: Producer;
  readonly getter: Getter;
  readonly composition: Composition | undefined;
  /** The peers that selected this value among others. */
  readonly selectors: Selectors;
  /**
   * Read from an error register of this peer, whoever made the value: another peer may have something else there, or nothing. The mark
   * goes with the value and its parts, and ends where a peer fixes the value for all: in a result, or in a canon.
   */
  readonly isFromRegister: boolean;

  constructor(
    value: Value,
    producer: Producer,
    getter: Getter = '',
    composition?: Composition,
    selectors: Selectors = NO_SELECTORS,
    isFromRegister = false,
  ) {
    this.value = value;
    this.producer = producer;
    this.getter = getter;
    this.composition = composition;
    this.selectors = selectors;
    this.isFromRegister = isFromRegister;
  }

  /** A part of this value, reached by `steps`, joined by `.`. */
  part(value: Value, steps: string): SourcedValue {
    return this.#derived(value, extendGetter(this.getter, steps), undefined);
  }

  /** The number of elements of this value. */
  length(value: Value): SourcedValue {
    const { composition } = this;
    const parts = composition?.parts && { parts: () => composition.parts?.() ?? [] };
    return this.#derived(value, lengthGetter(this.getter), parts);
  }

  /** What a first step leads to, if it has an origin of its own: whoever selected the whole selected it too. */
  member(step: string | number): SourcedValue | undefined {
    const member = this.composition?.members?.(step)?.selectedBy(this.selectors);
    // A part of what a register holds is of that register, too.
    return this.isFromRegister ? member?.marked(true) : member;
  }

  /** The same value, after `selectors` selected it as well. */
  selectedBy(selectors: Selectors): SourcedValue {
    const { value, producer, getter, composition, isFromRegister } = this;
    const all = joinSelectors(this.selectors, selectors);
    return all === this.selectors
      ? this
      : new SourcedValue(value, producer, getter, composition, all, isFromRegister);
  }

  /** With the mark of a register, or without it. */
  marked(isFromRegister: boolean): SourcedValue {
    const { value, producer, getter, composition, selectors } = this;
    return this.isFromRegister === isFromRegister
      ? this
      : new SourcedValue(value, producer, getter, composition, selectors, isFromRegister);
  }

  /** Key and value of a pair that a script has put into a map. */
  get pair(): readonly [key: SourcedValue, value: SourcedValue] | undefined {
    const key = this.composition?.members?.('key');
    const value = this.composition?.members?.('value');
    return key === undefined || value === undefined ? undefined : [key, value];
  }

  /** Who selects what this value, as a key or index, picks: whoever selected it, and its maker if it is not a literal. */
  get choosers(): Selectors {
    const { serviceId, kind, record, selectors } = this.producer;
    // An error of no call may quote anybody.
    if (kind === 'error' && record === undefined) return MANY_SELECTORS;
    return serviceId === '' && kind !== 'error' ? this.selectors : joinSelectors(this.selectors, selectors);
  }

  /** As it is kept in a variable: one tetraplet, and a literal is a literal, whatever part of it was taken. */
  stored(): SourcedValue {
    if (this.producer.kind === 'literal' && this.getter !== '') return this.asWhole();
    const { composition } = this;
    if (composition?.elements === undefined) return this;
    return this.#derived(this.value, this.getter, {
      members: step => composition.members?.(step),
      parts: () => composition.parts?.() ?? [],
    });
  }

  /** Without the way that led to it. */
  asWhole(): SourcedValue {
    return this.#derived(this.value, '', this.composition);
  }

  #derived(value: Value, getter: Getter, composition: Composition | undefined): SourcedValue {
    return new SourcedValue(value, this.producer, getter, composition, this.selectors, this.isFromRegister);
  }

  /** The tetraplets are those of the elements: as a whole the value has no origin. */
  get elements(): readonly SourcedValue[] | undefined {
    return this.composition?.elements;
  }

  get kind(): OriginKind {
    return this.getter.startsWith(ERROR_GETTER) ? 'error' : this.producer.kind;
  }

  get tetraplet(): Tetraplet {
    const { peerId, serviceId, functionName } = this.producer;
    return { peerId, serviceId, functionName, getter: this.getter };
  }

  /** As a call argument: one tetraplet, or one per element of a whole canon. */
  get tetraplets(): Tetraplet[] {
    return this.elements ? this.elements.map(element => element.tetraplet) : [this.tetraplet];
  }

  get origin(): Origin {
    return new LazyOrigin(this);
  }
}

/** The error object of a call: names the call, and matches no guard that expects a result. */
export const errorOf = (value: Value, call: Producer): SourcedValue =>
  new SourcedValue(value, call, ERROR_GETTER);

/** Reads the values that the run holds anyway: costs nothing until it is read. */
class LazyOrigin implements Origin {
  readonly #sourced: SourcedValue;
  #arguments: readonly Origin[] | undefined;
  #parts: readonly Origin[] | undefined;

  constructor(sourced: SourcedValue) {
    this.#sourced = sourced;
  }

  get kind(): OriginKind {
    return this.#sourced.kind;
  }

  get tetraplet(): Tetraplet {
    return this.#sourced.tetraplet;
  }

  get record(): string | undefined {
    return this.#sourced.producer.record?.hash;
  }

  get arguments(): readonly Origin[] {
    this.#arguments ??= this.#sourced.producer.arguments.map(({ origin }) => origin);
    return this.#arguments;
  }

  get parts(): readonly Origin[] {
    const { composition, selectors } = this.#sourced;
    this.#parts ??= (composition?.parts?.() ?? []).map(part => part.selectedBy(selectors).origin);
    return this.#parts;
  }

  get selectors(): Selectors {
    return this.#sourced.selectors;
  }
}
