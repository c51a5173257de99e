import { equalBytes, utf8 } from '../../base/bytes.ts';
import { execute, RetCode, type CallRequest, type Outcome, type RunInput } from '../../interpreter/index.ts';
import type { Random } from '../../peer/index.ts';
import { idOf, seedOf, signer, withNames } from '../support/cast.ts';
import { RecordReader } from '../support/recorded.ts';
import { compare } from './compare.ts';
import { deviationOf, isMeantToLose } from './deviations.ts';
import { Network, type Delivery, type Snapshot } from './network.ts';
import type { Oracle, OracleOutcome } from './oracle.ts';
import { Results } from './origins.ts';
import { referenceStatements, statementsOf } from './reference-data.ts';
import { answer, PEERS, type Answer } from './services.ts';

/** Called for every run, with the code if both sides ended with the same. */
export type Watch = (input: RunInput, code: number | undefined) => void;

/** What the services of a peer answer. */
export type AnswerOf = (peerId: string, request: CallRequest) => Answer | Promise<Answer>;

export interface ScenarioEnd {
  readonly steps: number;
  /** The first difference; nothing if there was none. */
  readonly difference?: string;
  /** A difference that is meant: the rule of docs/deviations.md that says why. */
  readonly deviation?: string;
  /** Records of all peers whose values were compared at the end. */
  readonly compared?: number;
}

const STEPS_MAX = 60;
const NOTHING: Snapshot = { data: new Uint8Array(0), oracleData: new Uint8Array(0) };

/** Runs one program on both interpreters in lock step, over a simulated network, until they differ or rest. */
export async function play(
  oracle: Oracle,
  air: string,
  random: Random,
  delivery: Delivery,
  answerOf: AnswerOf = (peerId, { functionName, argumentsJson }) =>
    answer(peerId, functionName, argumentsJson),
  watch: Watch = () => undefined,
): Promise<ScenarioEnd> {
  const network = new Network(random, delivery);
  const known = new Map<string, Snapshot>();
  const last = new Map<string, { input: RunInput; outcome: Outcome }>();
  const results = new Results();
  const answers: Answer[] = [];
  const particleSignature = signer('alice').sign(utf8(air));
  let step = 0;
  for (let turn = network.next(); turn !== undefined && step < STEPS_MAX; turn = network.next(), step++) {
    const { to, data, oracleData, callResults } = turn;
    const name = PEERS.find(other => idOf(other) === to) as string;
    const prev = known.get(to) ?? NOTHING;
    const facts = {
      initPeerId: idOf('alice'),
      currentPeerId: to,
      timestamp: 1111,
      ttl: 2222,
      particleId: 'p',
    };
    const input: RunInput = {
      air,
      prevData: prev.data,
      currentData: data,
      callResults: new Map(
        [...callResults].map(([id, { retCode, text }]) => [id, { retCode, resultJson: text }]),
      ),
      params: { ...facts, secretKey: seedOf(name), particleSignature, limits: { streamSize: 1023 } },
    };
    const ours = execute(input);
    const secretKeyBytes = seedOf(name);
    const theirs = await oracle.invoke(
      { ...facts, secretKeyBytes },
      air,
      prev.oracleData,
      oracleData,
      callResults,
    );
    watch(input, ours.retCode === theirs?.retCode ? ours.retCode : undefined);
    const difference = theirs === undefined ? `trap: ${oracle.trap}` : compare(ours, theirs, results);
    if (difference !== undefined) {
      const deviation = deviationOf({ input, ours, theirs, trap: oracle.trap, answers });
      if (deviation !== undefined) return { steps: step, deviation };
      return { steps: step, difference: withNames(`step ${step} at ${name}: ${difference}`) };
    }
    const again = idempotence(input, ours);
    if (again !== undefined) return { steps: step, difference: `step ${step} at ${name}: ${again}` };
    if (isRefused(ours.retCode)) continue;
    const snapshot = { data: ours.data, oracleData: (theirs as OracleOutcome).data };
    known.set(to, snapshot);
    last.set(to, { input, outcome: ours });
    for (const [id, request] of ours.callRequests) {
      const given = await answerOf(to, request);
      answers.push(given);
      network.answered(to, id, given);
      if (given.retCode === 0) results.add(to, request.serviceId, request.functionName, given.text);
    }
    network.sent(snapshot, ours.nextPeerIds);
  }
  return { steps: step, ...compareFinals(oracle, answers, last, known) };
}

const isRefused = (retCode: number): boolean =>
  (retCode > 0 && retCode < RetCode.localServiceError) ||
  (retCode >= RetCode.traceError && retCode < RetCode.unprocessedCallResults);

/** What is known at the end, on every peer: the same results, failures and canons, with the same values. */
function compareFinals(
  oracle: Oracle,
  answers: readonly Answer[],
  last: ReadonlyMap<string, { readonly input: RunInput; readonly outcome: Outcome }>,
  known: ReadonlyMap<string, Snapshot>,
): Pick<ScenarioEnd, 'difference' | 'deviation' | 'compared'> {
  const reader = new RecordReader();
  for (const { retCode, text } of answers) if (retCode === 0) reader.learnResult(text);
  for (const { input } of last.values()) reader.learnStreams(input);
  let compared = 0;
  for (const [peerId, { input, outcome }] of last) {
    const ours = statementsOf(reader.read(input.air, outcome.data, input.params.particleSignature));
    const theirs = referenceStatements(oracle.readable((known.get(peerId) as Snapshot).oracleData));
    compared += ours.length;
    if (ours.join('\n') === theirs.join('\n')) continue;
    const deviation = isMeantToLose(input.air, ours, theirs);
    if (deviation !== undefined) return { deviation };
    return {
      difference: withNames(
        `final values of ${peerId}\n  ${ours.join('\n  ')}\nthe reference\n  ${theirs.join('\n  ')}`,
      ),
    };
  }
  return { compared };
}

/** execute(data, data) = data: running again on what is known changes nothing. */
function idempotence({ air, params }: RunInput, { data, retCode }: Outcome): string | undefined {
  if (retCode !== 0) return undefined;
  const again = execute({ air, prevData: data, currentData: data, callResults: new Map(), params });
  if (again.retCode !== 0)
    return `running again on its own data gives code ${again.retCode}: ${again.errorMessage}`;
  return equalBytes(again.data, data) ? undefined : 'running again on its own data changes it';
}
