import { execute, type Outcome, type RunInput } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { withIds, withNames } from '../support/cast.ts';
import { RecordReader, type Recorded } from '../support/recorded.ts';

/** What one run gets. */
export interface StepInput {
  readonly peer: string;
  /** The data that arrives: that which an earlier step (counted from 0) gave. */
  readonly data?: number;
  /** The peer has lost what it knew. */
  readonly lost?: true;
  /** The peer runs another script than the particle's. */
  readonly script?: string;
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

/** Where AquaVM differs, and the rule of docs/deviations.md that says why. */
export interface KnownDeviation {
  readonly step: number;
  readonly rule: string;
}

/** One thing that is known at the end: who stated it, of what, with which outcome, and the value as canonical JSON. */
export type FinalValue = readonly [peer: string, what: string, outcome: Recorded['outcome'], value: string];

/** One particle on several peers. `init` starts it; timestamp 1111, ttl 2222. */
export interface Vector {
  readonly name: string;
  readonly script: string;
  readonly init: string;
  readonly deviations?: readonly KnownDeviation[];
  readonly steps: readonly { readonly input: StepInput; readonly outcome: StepOutcome }[];
  /** What each peer knows after its last run, sorted. */
  readonly final: Readonly<Record<string, readonly FinalValue[]>>;
}

export interface PlayedStep {
  readonly input: RunInput;
  readonly outcome: Outcome;
}

/** Runs the steps of a vector. */
export function playSteps({ script, init, steps }: Vector): PlayedStep[] {
  const bench = new Bench(script, { init, limits: { streamSize: 1023 } });
  const given: Uint8Array[] = [];
  const known = new Map<string, Uint8Array>();
  return steps.map(({ input: { peer, data, lost, results = [], script: other } }) => {
    const input = bench.input(peer, {
      prev: lost ? NONE : (known.get(peer) ?? NONE),
      current: data === undefined ? NONE : (given[data] as Uint8Array),
      results: Object.fromEntries(
        results.map(([id, retCode, text]) => [id, { retCode, resultJson: withIds(text) }]),
      ),
    });
    const run = other === undefined ? input : { ...input, air: withIds(other) };
    const outcome = execute(run);
    known.set(peer, outcome.data);
    given.push(outcome.data);
    return { input: run, outcome };
  });
}

const NONE = new Uint8Array(0);

/** A vector's outcomes as this implementation makes them. */
export function play(vector: Vector): Vector {
  const { name, script, init, deviations, steps } = vector;
  const played = playSteps(vector);
  const final: [peer: string, known: readonly FinalValue[]][] = [...recordedAtEnd(vector, played)].map(
    ([peer, recorded]) => [peer, recorded.map(finalValue).toSorted(byText)],
  );
  return {
    name,
    script,
    init,
    ...(deviations && { deviations }),
    steps: steps.map(({ input }, i) => ({ input, outcome: outcomeOf((played[i] as PlayedStep).outcome) })),
    final: Object.fromEntries(final),
  };
}

/** What each peer knows after its last run. */
export function recordedAtEnd({ steps }: Vector, played: readonly PlayedStep[]): Map<string, Recorded[]> {
  const reader = new RecordReader();
  const last = new Map<string, PlayedStep>();
  for (const [i, { input }] of steps.entries()) {
    for (const [, retCode, text] of input.results ?? []) if (retCode === 0) reader.learnResult(withIds(text));
    const step = played[i] as PlayedStep;
    reader.learnStreams(step.input);
    last.set(input.peer, step);
  }
  return new Map(
    [...last]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([peer, { input, outcome }]) => [
        peer,
        reader.read(input.air, outcome.data, input.params.particleSignature),
      ]),
  );
}

const finalValue = ({ peerId, what, outcome, value }: Recorded): FinalValue => [
  withNames(peerId),
  withNames(what),
  outcome,
  withNames(value),
];

const byText = (a: FinalValue, b: FinalValue): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

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
