import { execute, type Outcome } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { withIds, withNames } from '../support/cast.ts';

/** What one run gets. */
export interface StepInput {
  readonly peer: string;
  /** The data that arrives: that which an earlier step (counted from 0) gave. */
  readonly data?: number;
  /** The peer has lost what it knew. */
  readonly lost?: true;
  /** Answers of services: request id, return code, text (JSON if the code is 0). */
  readonly results?: readonly (readonly [id: number, retCode: number, text: string])[];
}

/** What it must give. Names of the cast stand for their peer ids everywhere. */
export interface StepOutcome {
  readonly retCode: number;
  readonly message: string;
  /** In the order of first mention; other implementations compare as a set. */
  readonly nextPeers: readonly string[];
  readonly requests: readonly {
    readonly id: number;
    readonly service: string;
    readonly function: string;
    /** JSON text of the array: numbers as they are. */
    readonly arguments: string;
    /** Per argument, per tetraplet: peer, service, function, getter. */
    readonly tetraplets: readonly (readonly (readonly [string, string, string, string])[])[];
  }[];
}

/** One particle on several peers. `init` starts it; timestamp 1111, ttl 2222. */
export interface Vector {
  readonly name: string;
  readonly script: string;
  readonly init: string;
  readonly steps: readonly { readonly input: StepInput; readonly outcome: StepOutcome }[];
}

/** A vector's outcomes as this implementation makes them. */
export function play({ script, init, steps, name }: Vector): Vector {
  const bench = new Bench(script, { init, limits: { streamSize: 1023 } });
  const given: Uint8Array[] = [];
  const known = new Map<string, Uint8Array>();
  const none = new Uint8Array(0);
  const played = steps.map(({ input }) => {
    const { peer, data, lost, results = [] } = input;
    const outcome = execute(
      bench.input(peer, {
        prev: lost ? none : (known.get(peer) ?? none),
        current: data === undefined ? none : (given[data] as Uint8Array),
        results: Object.fromEntries(
          results.map(([id, retCode, text]) => [id, { retCode, resultJson: withIds(text) }]),
        ),
      }),
    );
    known.set(peer, outcome.data);
    given.push(outcome.data);
    return {
      input,
      outcome: outcomeOf(outcome),
    };
  });
  return { name, script, init, steps: played };
}

/** An outcome as vectors show it. */
export function outcomeOf(outcome: Outcome): StepOutcome {
  return {
    retCode: outcome.retCode,
    message: withNames(outcome.errorMessage),
    nextPeers: outcome.nextPeerIds.map(withNames),
    requests: [...outcome.callRequests].map(([id, request]) => ({
      id,
      service: request.serviceId,
      function: request.functionName,
      arguments: withNames(request.argumentsJson),
      tetraplets: request.tetraplets.map(list =>
        list.map(
          ({ peerId, serviceId, functionName, getter }) =>
            [withNames(peerId), serviceId, functionName, getter] as const,
        ),
      ),
    })),
  };
}
