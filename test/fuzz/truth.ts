import { fromHex, toHex } from '../../base/bytes.ts';
import {
  canonicalJson,
  decodeData,
  parseJson,
  sha256,
  type CallRecord,
  type Json,
  type RecordLog,
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

/** The real calls, results and signatures of each peer in one particle. */
export class Truth {
  /** The whole log of each peer, by peer id. */
  readonly logs: ReadonlyMap<string, RecordLog>;
  readonly #facts = new Map<string, Fact>();

  constructor(steps: readonly Step[], calls: readonly Call[], particleSignature: Uint8Array) {
    this.logs = wholeLogs(steps, particleSignature);
    for (const { name, request, resultJson } of calls) {
      const { site, serviceId, functionName, argumentsJson } = request;
      const result = jsonOf(resultJson);
      const args = parseJson(argumentsJson) as readonly Json[];
      this.#facts.set(key(idOf(name), site, serviceId, functionName, argsHash(args)), {
        arguments: args,
        result,
        resultHash: result === undefined ? undefined : toHex(sha256(canonicalJson(result))),
      });
    }
  }

  /** The call that a record speaks of, if it was made. */
  factOf(peerId: string, { site, serviceId, functionName, argsHash }: CallRecord): Fact | undefined {
    return this.#facts.get(key(peerId, site.key, serviceId, functionName, argsHash));
  }
}

/** SHA-256 of the value hashes. None of these scripts gives a pair with an error in it to a call. */
const argsHash = (args: readonly Json[]): string =>
  toHex(sha256(fromHex(args.map(json => toHex(sha256(canonicalJson(json)))).join('')) as Uint8Array));

/** An answer that is not JSON is a failure, too. */
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
function wholeLogs(steps: readonly Step[], particleSignature: Uint8Array): Map<string, RecordLog> {
  const last = new Map(steps.map(({ name, outcome }) => [name, outcome.data]));
  return new Map(
    [...last].flatMap(([name, data]) => {
      const log = decodeData(data, particleSignature, 'honest').logs.get(idOf(name));
      return log === undefined ? [] : [[log.peerId, log]];
    }),
  );
}
