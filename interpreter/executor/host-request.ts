import type { CallRequest } from '../outcome.ts';
import type { Site } from '../provenance/site.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';
import { toJsonValue, type JsonValue } from '../values/json.ts';
import { Value } from '../values/value.ts';

/** What the host sees of a call; arguments are copies, so a handler cannot change what will be hashed. */
export class HostRequest implements CallRequest {
  readonly serviceId: string;
  readonly functionName: string;
  readonly arguments: JsonValue[];
  readonly tetraplets;
  readonly elementwise: readonly boolean[];
  readonly site: string;
  readonly #args: readonly SourcedValue[];

  constructor(serviceId: string, functionName: string, args: readonly SourcedValue[], site: Site) {
    this.serviceId = serviceId;
    this.functionName = functionName;
    this.arguments = args.map(({ value }) => toJsonValue(value.json));
    this.tetraplets = args.map(({ tetraplets }) => tetraplets);
    this.elementwise = args.map(({ elements }) => elements !== undefined);
    this.site = site.key;
    this.#args = args;
  }

  get argumentsJson(): string {
    return Value.ofArray(this.#args.map(({ value }) => value)).text;
  }

  get origins() {
    return this.#args.map(({ origin }) => origin);
  }
}
