import { equalBytes, utf8 } from '../../base/bytes.ts';
import {
  canonicalJson,
  equalJson,
  execute,
  parseJson,
  RetCode,
  type CallRequest,
  type Json,
  type Outcome,
  type RunInput,
} from '../../interpreter/index.ts';
import type { Random } from '../../peer/index.ts';
import { idOf, seedOf, signer, withNames } from '../support/cast.ts';
import { deviationOf } from './deviations.ts';
import type { Oracle, OracleOutcome } from './oracle.ts';
import { judgeOrigin, Results } from './origins.ts';
import { answer, PEERS, type Answer } from './services.ts';

export type Delivery = 'fifo' | 'lifo' | 'random' | 'duplicated';

/** Told of every run, and of the code if both sides ended with the same. */
export type Watch = (input: RunInput, code: number | undefined) => void;

/** What the services of a peer answer. */
export type AnswerOf = (peerId: string, request: CallRequest) => Answer | Promise<Answer>;

export interface ScenarioEnd {
  readonly steps: number;
  /** The first difference; nothing if there was none. */
  readonly difference: string | undefined;
  /** The reference itself failed on honest data: which of its known defects it was. */
  readonly defect: string | undefined;
}

interface PeerState {
  prev: Uint8Array;
  oraclePrev: Uint8Array;
  /** Answers not yet delivered, by request id. */
  readonly answers: Map<number, { retCode: number; text: string }>;
}

interface Message {
  readonly to: string;
  readonly data: Uint8Array;
  readonly oracleData: Uint8Array;
}

const STEPS_MAX = 60;

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
  const states = new Map<string, PeerState>(
    PEERS.map(name => [idOf(name), { prev: NO_DATA, oraclePrev: NO_DATA, answers: new Map() }]),
  );
  const names = new Map(PEERS.map(name => [idOf(name), name]));
  const queue: Message[] = [{ to: idOf('alice'), data: NO_DATA, oracleData: NO_DATA }];
  const results = new Results();
  const particleSignature = signer('alice').sign(utf8(air));

  for (let step = 0; step < STEPS_MAX; step++) {
    const turn = nextTurn(queue, states, random, delivery);
    if (turn === undefined) return { steps: step, difference: undefined, defect: undefined };
    const { to, data, oracleData, callResults } = turn;
    const state = states.get(to) as PeerState;
    const name = names.get(to) as string;
    const facts = {
      initPeerId: idOf('alice'),
      currentPeerId: to,
      timestamp: 1111,
      ttl: 2222,
      particleId: 'p',
    };
    const input: RunInput = {
      air,
      prevData: state.prev,
      currentData: data,
      callResults: new Map(
        [...callResults].map(([id, { retCode, text }]) => [id, { retCode, resultJson: text }]),
      ),
      params: { ...facts, secretKey: seedOf(name), particleSignature, limits: { streamSize: 1023 } },
    };
    const ours = execute(input);
    const theirs = await oracle.invoke(
      { ...facts, secretKeyBytes: seedOf(name) },
      air,
      state.oraclePrev,
      oracleData,
      callResults,
    );
    watch(input, ours.retCode === theirs?.retCode ? ours.retCode : undefined);
    const where = `step ${step} at ${name}: `;
    const defect = defectOf(theirs, ours);
    if (defect !== undefined) return { steps: step, difference: undefined, defect };
    const difference = compare(ours, theirs as OracleOutcome, results);
    const deviation =
      difference === undefined ? undefined : deviationOf({ input, ours, theirs: theirs as OracleOutcome });
    if (deviation !== undefined) return { steps: step, difference: undefined, defect: deviation.rule };
    if (difference !== undefined)
      return { steps: step, difference: where + withNames(difference), defect: undefined };
    if (isRefused(ours.retCode)) continue;
    state.prev = ours.data;
    state.oraclePrev = (theirs as OracleOutcome).data;
    for (const [id, request] of ours.callRequests) {
      const given = await answerOf(to, request);
      state.answers.set(id, given);
      if (given.retCode === 0) results.add(to, request.serviceId, request.functionName, given.text);
    }
    for (const peerId of ours.nextPeerIds) {
      if (!states.has(peerId)) continue;
      queue.push({ to: peerId, data: state.prev, oracleData: state.oraclePrev });
      if (delivery === 'duplicated' && random.next() < 0.4)
        queue.push({ to: peerId, data: state.prev, oracleData: state.oraclePrev });
    }
    const again = checkIdempotence(ours, { air, to, name, particleSignature });
    if (again !== undefined) return { steps: step, difference: where + again, defect: undefined };
  }
  return { steps: STEPS_MAX, difference: undefined, defect: undefined };
}

const NO_DATA = new Uint8Array(0);

const isRefused = (retCode: number): boolean =>
  (retCode > 0 && retCode < RetCode.localServiceError) ||
  (retCode >= RetCode.traceError && retCode < RetCode.unprocessedCallResults);

/** A message, or answers of a service: one or several at a time, sometimes together with a message. */
function nextTurn(
  queue: Message[],
  states: ReadonlyMap<string, PeerState>,
  random: Random,
  delivery: Delivery,
) {
  const waiting = [...states].filter(([, { answers }]) => answers.size > 0);
  if (queue.length === 0 && waiting.length === 0) return undefined;
  const fromServices = waiting.length > 0 && (queue.length === 0 || random.next() < 0.55);
  const at =
    delivery === 'lifo'
      ? queue.length - 1
      : delivery === 'fifo'
        ? 0
        : Math.floor(random.next() * queue.length);
  if (!fromServices) {
    const [message] = queue.splice(at, 1);
    return {
      ...(message as Message),
      callResults: takeAnswers(states.get((message as Message).to), random, 0.2),
    };
  }
  const [to, state] = waiting[Math.floor(random.next() * waiting.length)] as [string, PeerState];
  return { to, data: NO_DATA, oracleData: NO_DATA, callResults: takeAnswers(state, random, 1) };
}

function takeAnswers(state: PeerState | undefined, random: Random, probability: number) {
  const taken = new Map<number, { retCode: number; text: string }>();
  if (state === undefined || random.next() >= probability) return taken;
  for (const [id, given] of state.answers) {
    if (taken.size > 0 && random.next() < 0.4) continue;
    taken.set(id, given);
    state.answers.delete(id);
  }
  return taken;
}

/** Defects of the reference on honest data; each with the rule of docs/deviations.md that says what Beryl does. */
function defectOf(theirs: OracleOutcome | undefined, ours: Outcome): string | undefined {
  if (theirs === undefined) return 'the reference traps';
  if (theirs.retCode === ours.retCode) return undefined;
  if (theirs.retCode === 9) return 'the reference refuses honest data (signatures)';
  if (theirs.retCode === 20000) return 'the reference loses its place in the trace';
  return undefined;
}

function compare(ours: Outcome, theirs: OracleOutcome, results: Results): string | undefined {
  if (ours.retCode !== theirs.retCode) {
    return `code ${ours.retCode} (${ours.errorMessage}), the reference ${theirs.retCode} (${theirs.errorMessage})`;
  }
  if (COMPARED_MESSAGES(ours.retCode) && ours.errorMessage !== theirs.errorMessage) {
    return `message\n  ${ours.errorMessage}\nthe reference\n  ${theirs.errorMessage}`;
  }
  const [next, theirNext] = [ours.nextPeerIds.toSorted().join(), theirs.nextPeerIds.toSorted().join()];
  if (next !== theirNext) return `next peers ${next}, the reference ${theirNext}`;
  const [ids, theirIds] = [
    [...ours.callRequests.keys()].toSorted().join(),
    [...theirs.callRequests.keys()].toSorted().join(),
  ];
  if (ids !== theirIds) return `requests ${ids}, the reference ${theirIds}`;
  for (const [id, request] of ours.callRequests) {
    const reference = theirs.callRequests.get(id);
    if (reference === undefined) continue;
    if (request.serviceId !== reference.serviceId || request.functionName !== reference.functionName) {
      return `request ${id} is ${request.functionName}, the reference ${reference.functionName}`;
    }
    const args = parseJson(request.argumentsJson) as readonly Json[];
    if (!equalJson(args, roundFloats(reference.arguments))) {
      return `arguments of request ${id} ${request.argumentsJson}, the reference ${canonicalJson(reference.arguments)}`;
    }
    const origins = compareOrigins(
      request.tetraplets,
      reference.tetraplets,
      args,
      request.elementwise,
      results,
    );
    if (origins !== undefined) return `tetraplets of request ${id}: ${origins}`;
  }
  return undefined;
}

/** Texts that scripts can see, or that the specification fixes. Those about data speak of encodings, which differ. */
const COMPARED_MESSAGES = (retCode: number): boolean =>
  (retCode >= RetCode.localServiceError && retCode < RetCode.traceError) ||
  (retCode >= RetCode.foldStateNotFound && retCode <= RetCode.shadowingNotAllowed);

/** The reference's requests are read through a codec that cannot tell `1.0` from `1`; generated programs hold no such floats. */
const roundFloats = (json: Json): Json => json;

function compareOrigins(
  ours: Outcome['callRequests'] extends Map<number, infer R>
    ? R extends { tetraplets: infer T }
      ? T
      : never
    : never,
  theirs: OracleOutcome['callRequests'] extends ReadonlyMap<number, infer R>
    ? R extends { tetraplets: infer T }
      ? T
      : never
    : never,
  args: readonly Json[],
  elementwise: readonly boolean[],
  results: Results,
): string | undefined {
  for (const [i, list] of ours.entries()) {
    const reference = theirs[i] ?? [];
    if (list.length !== reference.length)
      return `argument ${i} has ${list.length}, the reference ${reference.length}`;
    for (const [j, tetraplet] of list.entries()) {
      const value = elementwise[i] === true ? elementOf(args[i] as Json, j) : (args[i] as Json);
      const wrong =
        value === undefined ? undefined : judgeOrigin(tetraplet, reference[j] as never, value, results);
      if (wrong !== undefined) return `argument ${i}: ${wrong}`;
    }
  }
  return undefined;
}

const elementOf = (list: Json, index: number): Json | undefined =>
  Array.isArray(list) ? (list[index] as Json) : undefined;

/** execute(prev, prev) = prev: running again on what is known changes nothing. */
function checkIdempotence(
  { data, retCode }: Outcome,
  {
    air,
    to,
    name,
    particleSignature,
  }: { air: string; to: string; name: string; particleSignature: Uint8Array },
): string | undefined {
  if (retCode !== 0) return undefined;
  const params = {
    initPeerId: idOf('alice'),
    currentPeerId: to,
    timestamp: 1111,
    ttl: 2222,
    particleId: 'p',
    secretKey: seedOf(name),
    particleSignature,
  };
  const again = execute({ air, prevData: data, currentData: data, callResults: new Map(), params });
  if (again.retCode !== 0)
    return `running again on its own data gives code ${again.retCode}: ${again.errorMessage}`;
  return equalBytes(again.data, data) ? undefined : 'running again on its own data changes it';
}
