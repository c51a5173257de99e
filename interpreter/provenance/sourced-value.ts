import { toHex } from '../../base/bytes.ts';
import { ERROR_GETTER, extendGetter, lengthGetter, type Getter } from '../values/getter.ts';
import type { Value } from '../values/value.ts';
import { leafHash } from './merkle.ts';
import type { Origin } from './origin.ts';
import type { SealedRecord } from './record-batch.ts';
import type { Tetraplet } from './tetraplet.ts';

/**
 * Who made a value: a call (`service`), the script itself (`literal`), or the script by putting values together
 * (`composed`). Only a service has a name; a guard that asks for one can match no other kind.
 */
export class Producer {
  readonly kind: 'service' | 'literal' | 'composed';
  readonly peerId: string;
  readonly serviceId: string;
  readonly functionName: string;
  /** Of a service: the record behind the result, once there is one, and what the call was given. */
  readonly record: SealedRecord | undefined;
  readonly arguments: readonly SourcedValue[];

  private constructor(
    kind: Producer['kind'],
    peerId: string,
    serviceId: string,
    functionName: string,
    record?: SealedRecord,
    args: readonly SourcedValue[] = [],
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

  static composed(peerId: string): Producer {
    return new Producer('composed', peerId, '', '');
  }

  static service(
    peerId: string,
    serviceId: string,
    functionName: string,
    record?: SealedRecord,
    args?: readonly SourcedValue[],
  ): Producer {
    return new Producer('service', peerId, serviceId, functionName, record, args);
  }
}

/** The members of a value that the script put together: each keeps its own origin. */
export type Members = (step: string | number) => SourcedValue | undefined;

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
  /** Set on a whole canon stream or canon map: a call argument then carries one tetraplet per element. */
  readonly elements: readonly SourcedValue[] | undefined;
  readonly members: Members | undefined;

  constructor(
    value: Value,
    producer: Producer,
    getter: Getter = '',
    composition: { elements?: readonly SourcedValue[]; members?: Members } = {},
  ) {
    this.value = value;
    this.producer = producer;
    this.getter = getter;
    this.elements = composition.elements;
    this.members = composition.members;
  }

  /** A part of this value, reached by `steps`. */
  part(value: Value, steps: readonly string[]): SourcedValue {
    return new SourcedValue(value, this.producer, extendGetter(this.getter, steps));
  }

  /** The number of elements of this value. */
  length(value: Value): SourcedValue {
    return new SourcedValue(value, this.producer, lengthGetter(this.getter));
  }

  /** As it is kept in a variable: one tetraplet, and a literal is a literal, whatever part of it was taken. */
  stored(): SourcedValue {
    const getter = this.producer.kind === 'literal' ? '' : this.getter;
    if (getter === this.getter && this.elements === undefined) return this;
    return new SourcedValue(this.value, this.producer, getter, this.members ? { members: this.members } : {});
  }

  get tetraplet(): Tetraplet {
    const { peerId, serviceId, functionName } = this.producer;
    return { peerId, serviceId, functionName, getter: this.getter };
  }

  /** As a call argument: one tetraplet, or one per element of a whole canon. */
  get tetraplets(): Tetraplet[] {
    return this.elements ? this.elements.map(element => element.tetraplet) : [this.tetraplet];
  }

  get origins(): readonly Origin[] {
    return this.elements ? this.elements.map(element => new LazyOrigin(element)) : [new LazyOrigin(this)];
  }
}

/** The error object of a call: names the call, and matches no guard that asks for a result. */
export const errorOf = (value: Value, call: Producer): SourcedValue =>
  new SourcedValue(value, call, ERROR_GETTER);

/** Reads through to the values that the run holds anyway: costs nothing until somebody descends. */
class LazyOrigin implements Origin {
  readonly #sourced: SourcedValue;
  #arguments: readonly (readonly Origin[])[] | undefined;

  constructor(sourced: SourcedValue) {
    this.#sourced = sourced;
  }

  get tetraplet(): Tetraplet {
    return this.#sourced.tetraplet;
  }

  get record(): string | undefined {
    const { record } = this.#sourced.producer;
    return record === undefined ? undefined : toHex(leafHash(record.bytes));
  }

  get arguments(): readonly (readonly Origin[])[] {
    this.#arguments ??= this.#sourced.producer.arguments.map(argument => argument.origins);
    return this.#arguments;
  }
}
