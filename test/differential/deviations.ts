import { parse, walk, type Call, type Fold, type Instruction } from '../../air-grammar/index.ts';
import { decodeData, execute, RetCode, type Outcome, type RunInput } from '../../interpreter/index.ts';
import type { OracleOutcome } from './oracle.ts';

/** A difference from AquaVM that is meant; docs/deviations.md has the reasons. */
export interface Deviation {
  readonly rule: string;
}

interface Facts {
  readonly input: RunInput;
  readonly ours: Outcome;
  readonly theirs: OracleOutcome;
}

/** The rule that explains a difference, if there is one. Each rule asks for what tells its own case, and for nothing wider. */
export function deviationOf(facts: Facts): Deviation | undefined {
  const rule = Object.entries(RULES).find(([, explains]) => explains(facts))?.[0];
  return rule === undefined ? undefined : { rule };
}

const RULES: Readonly<Record<string, (facts: Facts) => boolean>> = {
  /**
   * An error register that is read outside its handler differs from peer to peer. Put into a stream and canonicalised, AquaVM
   * believes whoever made the canon; Beryl refuses what its own walk did not find there.
   */
  'ERROR-IN-STREAM': ({ input, ours }) => ours.retCode === RetCode.canonForged && PUTS_ERROR.test(input.air),

  /**
   * A fold that puts values into its own stream: AquaVM skips those whose generation is not where it looks next, so values made
   * by other peers are not visited there, or only in a later run. Beryl visits every value once.
   *
   * Told by what the reference does not do: it asks and sends less, and nothing that Beryl does not. Or by what it does again:
   * an iteration that it skipped has lost its states, so that it asks and sends what Beryl's data shows as asked and sent.
   */
  'RECURSIVE-STREAM': facts => {
    const inside = insideFeedingFolds(facts.input.air);
    return inside.size > 0 && (doesLess(facts.theirs, facts.ours) || doesAgain(facts, inside));
  },

  /**
   * A call that waited on one peer fails on another before it gets to its state, and another instruction is executed instead.
   * AquaVM finds states by their position, so that instruction takes the state of the first one and is neither asked for nor sent
   * on. Beryl finds states by site.
   *
   * Told by a state that the run did not come to.
   */
  RACE: ({ input, ours }) => leavesStateBehind(input, ours),

  /**
   * A call gets other arguments while its answer is on the way. AquaVM records the answer for the new ones; Beryl asks again.
   *
   * Told by a call that was asked and is now waited for under another request id.
   */
  'ASKED-AGAIN': ({ input, ours }) => asksAgain(input, ours),
};

const PUTS_ERROR = /\(ap [^()]*(\([^()]*)?(:error:|%last_error%)/;

/** The instructions inside folds over streams that hold an instruction that writes to the stream: by their index. */
function insideFeedingFolds(air: string): Map<number, Instruction> {
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

/** Whether all that the reference does and Beryl does not was done before, as far as the data that came in can tell. */
function doesAgain({ input, ours, theirs }: Facts, inside: ReadonlyMap<number, Instruction>): boolean {
  if (theirs.retCode !== ours.retCode) return false;
  const done = actsOf(ours.nextPeerIds, ours.callRequests);
  const more = actsOf(theirs.nextPeerIds, theirs.callRequests).filter(act => !done.includes(act));
  const known = [input.prevData, input.currentData]
    .flatMap(bytes => [...decodeData(bytes, input.params.particleSignature, 'test').trace.values()])
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

function doesLess(theirs: OracleOutcome, ours: Outcome): boolean {
  if (theirs.retCode !== ours.retCode) return false;
  const done = new Set(actsOf(ours.nextPeerIds, ours.callRequests));
  const theirActs = actsOf(theirs.nextPeerIds, theirs.callRequests);
  return theirActs.length < done.size && theirActs.every(act => done.has(act));
}

const actsOf = (
  nextPeerIds: readonly string[],
  requests: ReadonlyMap<number, { readonly serviceId: string; readonly functionName: string }>,
): string[] => [
  ...nextPeerIds,
  ...[...requests].map(([, { serviceId, functionName }]) => `${serviceId}.${functionName}`),
];

function asksAgain({ prevData, params }: RunInput, ours: Outcome): boolean {
  const { trace } = decodeData(prevData, params.particleSignature, 'test');
  const now = decodeData(ours.data, params.particleSignature, 'test').trace;
  return [...trace].some(([site, state]) => {
    const again = now.get(site);
    return state.kind === 'pending' && again?.kind === 'pending' && again.requestId !== state.requestId;
  });
}

function leavesStateBehind(input: RunInput, ours: Outcome): boolean {
  const { particleSignature } = input.params;
  const trace = (bytes: Uint8Array) => decodeData(bytes, particleSignature, 'test').trace;
  const known = decodeData(ours.data, particleSignature, 'test');
  const recorded = new Set(
    [...known.chains.values()].flatMap(({ batches }) =>
      batches.flatMap(({ records }) => records.map(({ record }) => record.site.key)),
    ),
  );
  const before = [...trace(input.prevData).keys(), ...trace(input.currentData).keys()].filter(
    site => !recorded.has(site),
  );
  // What arrives and is not come to is dropped: so running on it alone shows what the run comes to.
  const visited = trace(
    execute({ ...input, prevData: new Uint8Array(0), currentData: ours.data, callResults: new Map() }).data,
  );
  return before.some(site => !visited.has(site));
}
