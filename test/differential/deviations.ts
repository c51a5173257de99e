import {
  describeInstruction,
  parse,
  walk,
  type Call,
  type Fold,
  type Instruction,
} from '../../air-grammar/index.ts';
import {
  cidOf,
  decodeData,
  execute,
  isCatchableCode,
  parseJson,
  RetCode,
  type CallRequest,
  type Outcome,
  type RunInput,
} from '../../interpreter/index.ts';
import { rerun } from '../support/rerun.ts';
import { hasInexactNumber } from './inexact.ts';
import type { OracleOutcome } from './oracle.ts';
import type { Answer } from './services.ts';

/** What there is to tell one difference from another. */
interface Facts {
  readonly input: RunInput;
  readonly ours: Outcome;
  /** Nothing if the reference trapped. */
  readonly theirs: OracleOutcome | undefined;
  /** Names of the functions in which it trapped. */
  readonly trap: string;
  /** All that services have answered so far. */
  readonly answers: readonly Answer[];
}

interface Compared extends Facts {
  readonly theirs: OracleOutcome;
}

/**
 * The rule that explains a difference from AquaVM, if there is one: docs/deviations.md has the reasons. Each rule asks for what tells
 * its own case, and for nothing wider.
 */
export function deviationOf(facts: Facts): string | undefined {
  const { theirs } = facts;
  if (theirs === undefined) return Object.entries(TRAPS).find(([, where]) => facts.trap.includes(where))?.[0];
  return Object.entries(RULES).find(([, explains]) => explains({ ...facts, theirs }))?.[0];
}

/** The reference traps where it should have ended the run, or waited. By the function that traps. */
const TRAPS: Readonly<Record<string, string>> = {
  'ITERATOR-NAME': 'Scalars9get_value',
  'HIDDEN-ARGUMENT': 'prev_result_handler',
  'LARGE-ERROR-CODE': 'instructions4fail',
};

const RULES: Readonly<Record<string, (facts: Compared) => boolean>> = {
  /**
   * A fold that puts values into its own stream: AquaVM skips those whose generation is not where it looks next, so values made
   * by other peers are not visited there, or only in a later run. Beryl visits every value once.
   *
   * Told by what the reference does not do: it asks and sends less, and nothing that Beryl does not. Or by what it does again:
   * an iteration that it skipped has lost its states, so that it asks and sends what Beryl's data shows as asked and sent. Or by an
   * error register in which Beryl has the error of an iteration, and the reference none or an older one.
   */
  'RECURSIVE-STREAM': facts => {
    const inside = insideFeedingFolds(facts.input.air);
    return (
      inside.size > 0 &&
      (doesLess(facts) || doesAgain(facts, inside) || isRefusedFor(facts) || missesError(facts, inside))
    );
  },

  /**
   * A call that waited on one peer fails on another before it gets to its state, and another instruction is executed instead.
   * AquaVM finds states by their position, so that instruction takes the state of the first one and is neither asked for nor sent
   * on. Beryl finds states by site.
   *
   * Told by a state that the run did not come to.
   */
  RACE: ({ input, ours, theirs }) =>
    isAccepted(ours.retCode) && theirs.retCode !== 9 && leavesStateBehind(input, ours),

  /**
   * A canon, or the key of a pair, that fails has already taken a state in AquaVM: the one of what is executed instead, which then is of
   * the wrong kind, or missing.
   */
  'EARLY-STATE': facts => failsWithState(facts.input) && (facts.theirs.retCode === 20000 || doesMore(facts)),

  /** A failure that AquaVM makes of an answer that is not JSON is not signed before the next run: other peers refuse it. */
  'NOT-JSON': ({ theirs, answers }) => theirs.retCode === 9 && answers.some(isNotJson),

  /** A float of an answer that AquaVM reads as the double beside the nearest one. */
  DOUBLES: ({ ours, theirs, answers }) =>
    ours.retCode === theirs.retCode &&
    answers.some(({ retCode, text }) => retCode === 0 && hasInexactNumber(text)),

  /** What a call without a name has answered is not held against the call in AquaVM. */
  UNUSED: ({ input, ours, theirs }) => isAccepted(theirs.retCode) && isAboutUnused(input, ours),

  /**
   * A call was given what its peer read from an error register. AquaVM holds it against what is there on another peer, or later, and
   * refuses; in Beryl the canon states it.
   */
  TOLD: ({ input, ours, theirs }) =>
    theirs.retCode === RetCode.parametersMismatch && isAccepted(ours.retCode) && isTold(input),

  /**
   * A call gets other arguments while its answer is on the way. AquaVM records the answer for the new ones; Beryl asks again.
   *
   * Told by a call that was asked and is now waited for under another request id.
   */
  'ASKED-AGAIN': ({ input, ours }) => asksAgain(input, ours),
};

const isAccepted = (retCode: number): boolean =>
  retCode === 0 || isCatchableCode(retCode) || retCode >= 30_000;

function missesError({ ours, theirs }: Compared, inside: ReadonlyMap<number, Instruction>): boolean {
  const quotes = (text: string, instruction: Instruction): boolean =>
    text.includes(`"instruction":${JSON.stringify(describeInstruction(instruction))}`);
  return (
    ours.retCode === theirs.retCode &&
    [...inside.values()].some(
      instruction => quotes(ours.errorMessage, instruction) && !quotes(theirs.errorMessage, instruction),
    )
  );
}

/** What is known at the end differs as a rule says: skipped iterations have lost what they stated. */
export function isMeantToLose(
  air: string,
  ours: readonly string[],
  theirs: readonly string[],
): string | undefined {
  const rest = [...ours];
  const isPart = theirs.every(statement => {
    const at = rest.indexOf(statement);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
  return isPart && insideFeedingFolds(air).size > 0 ? 'RECURSIVE-STREAM' : undefined;
}

/** The instructions inside folds over streams that hold an instruction that writes to the stream: by their index. */
export function insideFeedingFolds(air: string): Map<number, Instruction> {
  const around: Fold[] = [];
  const all: Instruction[] = [];
  const feeding = new Set<Fold>();
  walk(parse(air).root, {
    enter(instruction) {
      all.push(instruction);
      const target =
        instruction.kind === 'call'
          ? instruction.output
          : instruction.kind === 'ap' || instruction.kind === 'apMap'
            ? instruction.target
            : undefined;
      for (const fold of around) {
        const { iterable } = fold;
        if (target?.kind === iterable.kind && 'name' in iterable && target.name === iterable.name)
          feeding.add(fold);
      }
      if (instruction.kind === 'fold') around.push(instruction);
    },
    leave: instruction => void (instruction.kind === 'fold' && around.pop()),
  });
  const inside = all.filter(({ start, end }) =>
    [...feeding].some(fold => fold.start < start && end <= fold.end),
  );
  return new Map(inside.map(instruction => [instruction.index, instruction]));
}

/** Whether the reference refuses data of its own: signatures no longer cover what it has lost, or lost states meet others. */
const isRefusedFor = ({ theirs, ours }: Compared): boolean =>
  (theirs.retCode === 9 || theirs.retCode === 20000) && isAccepted(ours.retCode);

/** Whether all that the reference does and Beryl does not was done before, as far as the data that came in can tell. */
function doesAgain({ input, ours, theirs }: Compared, inside: ReadonlyMap<number, Instruction>): boolean {
  if (theirs.retCode !== ours.retCode) return false;
  const done = actsOf(ours.nextPeerIds, ours.callRequests);
  const more = actsOf(theirs.nextPeerIds, theirs.callRequests).filter(act => !done.includes(act));
  const known = [input.prevData, input.currentData]
    .flatMap(bytes => [...decodeData(bytes, input.params.particleSignature, 'test').states.values()])
    .flatMap(({ site }) => inside.get(site.instruction) ?? []);
  const isKnown = (act: string): boolean =>
    known.some(
      node =>
        (node.kind === 'call' || node.kind.startsWith('canon')) &&
        (theirs.nextPeerIds.includes(act) || (node.kind === 'call' && act === nameOf(node))),
    );
  return more.length > 0 && more.every(isKnown);
}

const nameOf = ({ service, functionName }: Call): string | undefined =>
  service.kind === 'string' && functionName.kind === 'string'
    ? `${service.value}.${functionName.value}`
    : undefined;

/** Whether a canon fails in this run, or a pair. */
function failsWithState(input: RunInput): boolean {
  let found = false;
  rerun(
    input,
    () => undefined,
    ({ kind }) => void (found ||= kind.startsWith('canon') || kind === 'apMap'),
  );
  return found;
}

function doesMore({ theirs, ours }: Compared): boolean {
  const theirActs = actsOf(theirs.nextPeerIds, theirs.callRequests);
  const ourActs = actsOf(ours.nextPeerIds, ours.callRequests);
  return (
    theirs.retCode === ours.retCode &&
    theirActs.length > ourActs.length &&
    ourActs.every(act => theirActs.includes(act))
  );
}

/** Instructions that do not stand before all such folds: by their index. */
function startingWithFeedingFolds(air: string): Set<number> {
  const start = Math.min(...[...insideFeedingFolds(air).values()].map(instruction => instruction.start));
  const later = new Set<number>();
  walk(parse(air).root, { enter: node => void (node.start >= start && later.add(node.index)) });
  return later;
}

/** Whether the reference does less, and all that it does not ask is of iterations, or of what they complete. */
function doesLess({ input, theirs, ours }: Compared): boolean {
  if (theirs.retCode !== ours.retCode) return false;
  const later = startingWithFeedingFolds(input.air);
  const isLater = ({ site }: CallRequest): boolean => later.has(Number.parseInt(site, 10));
  const rest = actsOf(theirs.nextPeerIds, theirs.callRequests);
  const isDone = (act: string): boolean => {
    const at = rest.indexOf(act);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  };
  // Of two requests for one function, that which may be skipped is the skipped one.
  const requests = [...ours.callRequests.values()].toSorted(
    (a, b) => Number(isLater(a)) - Number(isLater(b)),
  );
  const unsent = ours.nextPeerIds.filter(peerId => !isDone(peerId));
  const skipped = requests.filter(request => !isDone(actOf(request)));
  return rest.length === 0 && unsent.length + skipped.length > 0 && skipped.every(isLater);
}

const actsOf = (
  nextPeerIds: readonly string[],
  requests: ReadonlyMap<number, { readonly serviceId: string; readonly functionName: string }>,
): string[] => [...nextPeerIds, ...[...requests.values()].map(actOf)];

const actOf = ({ serviceId, functionName }: { readonly serviceId: string; readonly functionName: string }) =>
  `${serviceId}.${functionName}`;

function asksAgain({ prevData, params }: RunInput, ours: Outcome): boolean {
  const { states } = decodeData(prevData, params.particleSignature, 'test');
  const now = decodeData(ours.data, params.particleSignature, 'test').states;
  return [...states].some(([site, state]) => {
    const again = now.get(site);
    return state.kind === 'pending' && again?.kind === 'pending' && again.requestId !== state.requestId;
  });
}

function leavesStateBehind(input: RunInput, ours: Outcome): boolean {
  const { particleSignature } = input.params;
  const states = (bytes: Uint8Array) => decodeData(bytes, particleSignature, 'test').states;
  const known = decodeData(ours.data, particleSignature, 'test');
  const recorded = new Set(
    [...known.logs.values()].flatMap(({ records }) => records.map(({ record }) => record.site.key)),
  );
  const before = [...states(input.prevData).keys(), ...states(input.currentData).keys()].filter(
    site => !recorded.has(site),
  );
  // What arrives and is not come to is dropped: so running on it alone shows what the run comes to.
  const visited = states(
    execute({ ...input, prevData: new Uint8Array(0), currentData: ours.data, callResults: new Map() }).data,
  );
  return before.some(site => !visited.has(site));
}

/** Whether a record tells an argument: one that has arrived, or one of this peer, which may find another error by now. */
function isTold({ prevData, currentData, params }: RunInput): boolean {
  return [prevData, currentData]
    .flatMap(bytes => [...decodeData(bytes, params.particleSignature, 'test').logs.values()])
    .some(log => log.records.some(({ record }) => record.told.length > 0));
}

const isNotJson = ({ retCode, text }: Answer): boolean => {
  if (retCode !== 0) return false;
  try {
    parseJson(text);
    return false;
  } catch {
    return true;
  }
};

/** Whether what was refused is a record of a call whose result the script gives no name. */
function isAboutUnused({ air, currentData, params }: RunInput, { retCode, errorMessage }: Outcome): boolean {
  if (retCode !== RetCode.parametersMismatch) return false;
  const unnamed = new Set<number>();
  walk(parse(air).root, {
    enter: node => void (node.kind === 'call' && node.output === undefined && unnamed.add(node.index)),
  });
  const { logs } = decodeData(currentData, params.particleSignature, 'test');
  const records = [...logs.values()].flatMap(log => log.records);
  return records.some(
    ({ record }) =>
      unnamed.has(record.site.instruction) && errorMessage.includes(`got ${cidOf(record.argsHash)}`),
  );
}
