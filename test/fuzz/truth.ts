import { toHex } from '../../base/bytes.ts';
import {
  canonicalJson,
  decodeData,
  parseJson,
  sha256,
  type CallRecord,
  type Json,
  type RecordChain,
} from '../../interpreter/index.ts';
import type { Call, Step } from '../property/play.ts';
import { idOf } from '../support/cast.ts';

/** One call that was really made. */
export interface Fact {
  readonly arguments: readonly Json[];
  /** Nothing if it failed. */
  readonly result: Json | undefined;
  /** SHA-256 (hex) of the result as it is recorded. */
  readonly resultHash: string | undefined;
}

/** What each peer has really been asked, answered and signed in one particle. */
export class Truth {
  /** The whole history of each peer, by peer id. */
  readonly chains: ReadonlyMap<string, RecordChain>;
  readonly #facts = new Map<string, Fact>();

  constructor(steps: readonly Step[], calls: readonly Call[], particleSignature: Uint8Array) {
    this.chains = histories(steps, particleSignature);
    for (const { name, request, resultJson } of calls) {
      const { site, serviceId, functionName, argumentsJson } = request;
      const result = jsonOf(resultJson);
      this.#facts.set(key(idOf(name), site, serviceId, functionName, toHex(sha256(argumentsJson))), {
        arguments: parseJson(argumentsJson) as readonly Json[],
        result,
        resultHash: result === undefined ? undefined : toHex(sha256(canonicalJson(result))),
      });
    }
  }

  /** The call that a record speaks of, if it was made. */
  factOf({ peerId, site, serviceId, functionName, argsHash }: CallRecord): Fact | undefined {
    return this.#facts.get(key(peerId, site.key, serviceId, functionName, argsHash));
  }
}

/** An answer that is no JSON is a failure, too. */
function jsonOf(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

const key = (...parts: readonly string[]): string => JSON.stringify(parts);

/** Of each peer as it stands in the last data of its own. */
function histories(steps: readonly Step[], particleSignature: Uint8Array): Map<string, RecordChain> {
  const last = new Map(steps.map(({ name, outcome }) => [name, outcome.data]));
  return new Map(
    [...last].flatMap(([name, data]) => {
      const chain = decodeData(data, particleSignature, 'honest').chains.get(idOf(name));
      return chain === undefined ? [] : [[chain.peerId, chain]];
    }),
  );
}
