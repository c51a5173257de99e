import {
  applyGetter,
  equalJson,
  JsonError,
  parseJson,
  type CallRecord,
  type CallRequest,
  type Data,
  type Json,
  type Origin,
  type SealedRecord,
  type Tetraplet,
} from '../../interpreter/index.ts';
import { requireThat } from './invariants.ts';
import { nameOf } from './signing.ts';
import type { Truth } from './truth.ts';

const NODES_MAX = 80;

/** Nothing where an argument is as deep as a value may be: the array around it is too deep to be read. */
function argumentsOf({ argumentsJson }: CallRequest): readonly Json[] | undefined {
  try {
    return parseJson(argumentsJson) as readonly Json[];
  } catch (failure) {
    if (failure instanceof JsonError && failure.code === 'ERR_JSON_DEPTH') return undefined;
    throw failure;
  }
}

/** `get(result, getter) = argument` for each tetraplet of a request, held against what peers have really answered. */
export class OriginCheck {
  readonly #data: Data;
  readonly #truth: Truth;
  readonly #mallory: readonly string[];
  readonly #hostIsHonest: boolean;
  #records: Map<string, SealedRecord> | undefined;
  #nodes = 0;

  constructor(data: Data, truth: Truth, mallory: readonly string[], hostIsHonest = true) {
    this.#data = data;
    this.#truth = truth;
    this.#mallory = mallory;
    this.#hostIsHonest = hostIsHonest;
  }

  requireSound(request: CallRequest): void {
    const args = argumentsOf(request);
    requireThat(request.tetraplets.length === request.arguments.length, 'each argument has tetraplets');
    const { origins } = request;
    for (const [i, origin] of origins.entries()) {
      const value = args?.[i];
      this.#nodes = 0;
      if (request.elementwise[i] === true) this.#requireElements(value, origin, request.tetraplets[i] ?? []);
      else {
        requireThat(
          sameTetraplet(request.tetraplets[i]?.[0], origin.tetraplet),
          'origin and tetraplet agree',
        );
        this.#requireOrigin(origin, value);
      }
    }
  }

  /** A whole canon: its elements, or the values of its pairs, have origins of their own. */
  #requireElements(value: Json | undefined, { parts }: Origin, tetraplets: readonly Tetraplet[]): void {
    if (value === undefined) return;
    requireThat(parts.length === tetraplets.length, 'each element of a canon has a tetraplet');
    for (const [i, part] of parts.entries()) {
      const element = Array.isArray(value) ? part : part.parts[1];
      requireThat(sameTetraplet(tetraplets[i], element?.tetraplet), 'an element has its own tetraplet');
      this.#requireOrigin(element as Origin, Array.isArray(value) ? value[i] : undefined);
    }
  }

  #requireOrigin(origin: Origin, value: Json | undefined): void {
    if (++this.#nodes > NODES_MAX) return;
    const { kind, tetraplet, record: hash } = origin;
    const { peerId, serviceId, functionName, getter } = tetraplet;
    if (kind !== 'service' && kind !== 'error') {
      requireThat(
        serviceId === '' && functionName === '',
        'a tetraplet that names a service means a result or an error of it',
      );
      return;
    }
    if (kind === 'error' && hash === undefined) return;
    const record = this.#record(peerId, hash);
    if (kind === 'error' && serviceId === '') {
      requireThat(record.kind === 'canon' || record.told.length > 0, 'a told argument stands in its record');
      return;
    }
    requireThat(
      record.serviceId === serviceId && record.functionName === functionName && record.kind === 'call',
      'the record is of the function that is named',
    );
    const fact = this.#factOf(peerId, record);
    if (kind === 'service') {
      requireThat(record.outcome === 'ok', 'only what succeeded has a result');
      const results = [this.#resultIn(record), ...(fact === undefined ? [] : [fact.result])];
      for (const result of results) {
        const part = result === undefined ? undefined : applyGetter(result, getter);
        requireThat(part !== undefined, `there is such a part: ${getter}`);
        requireThat(value === undefined || equalJson(part, value), `get(result, ${getter}) = argument`);
      }
    }
    const args = fact?.arguments;
    requireThat(args === undefined || args.length === origin.arguments.length, 'a call has its arguments');
    for (const [i, argument] of origin.arguments.entries())
      this.#requireOrigin(argument, argument.kind === 'service' ? args?.[i] : undefined);
  }

  /** What an honest peer states it has done; what was done in mallory's calls is unknown. */
  #factOf(peerId: string, record: CallRecord) {
    if (this.#mallory.includes(nameOf(peerId)) || !this.#hostIsHonest) return undefined;
    const fact = this.#truth.factOf(peerId, record);
    requireThat(fact !== undefined, `an honest peer was asked ${record.functionName} at ${record.site.key}`);
    return fact;
  }

  /** In the log of that peer: equal bytes in two logs are two records. */
  #record(peerId: string, hash: string | undefined): CallRecord {
    if (this.#records === undefined) {
      this.#records = new Map();
      for (const { peerId, records } of this.#data.logs.values())
        for (const sealed of records) this.#records.set(`${peerId} ${sealed.hash}`, sealed);
    }
    const sealed = hash === undefined ? undefined : this.#records.get(`${peerId} ${hash}`);
    requireThat(sealed !== undefined, 'a result has a record');
    return sealed.record;
  }

  #resultIn({ responseHash }: CallRecord): Json {
    const value = this.#data.values.get(responseHash);
    requireThat(value !== undefined, 'a result is in the data');
    return value.json;
  }
}

const sameTetraplet = (a: Tetraplet | undefined, b: Tetraplet | undefined): boolean =>
  a?.peerId === b?.peerId &&
  a?.serviceId === b?.serviceId &&
  a?.functionName === b?.functionName &&
  a?.getter === b?.getter;
