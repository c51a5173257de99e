import { RetCode, type Outcome, type RunInput } from '../../interpreter/index.ts';
import { isAccepted } from '../../peer/particle-step.ts';
import { PEERS } from '../differential/services.ts';
import { NOTHING } from '../property/play.ts';
import { idOf, seedOf, withNames } from '../support/cast.ts';
import { requireThat, tried } from './invariants.ts';

/** Small, so that what multiplies ends soon, and at a limit. */
export const LIMITS = { instructions: 30_000, streamSize: 1_000, folds: 100 };

/** The same particle on another peer. */
export const onPeer = (input: RunInput, name: string): RunInput => ({
  ...input,
  params: { ...input.params, currentPeerId: idOf(name), secretKey: seedOf(name), limits: LIMITS },
});

/**
 * What an honest peer passes on, another one that knows nothing yet does not refuse; but for races: where a peer does not come any
 * more to what it has done itself, because the script goes another way by now. Then it would refuse its own data, too. A script that
 * reads an error register reads what failed on the peer that runs, and may go another way on each.
 *
 * @param except The peers to leave out: first the peer that accepted it.
 */
export function requireNotPoisoned(
  input: RunInput,
  currentData: Uint8Array,
  except: readonly string[],
): void {
  const from = (name: string): Outcome =>
    tried({ ...onPeer(input, name), prevData: NOTHING, currentData, callResults: new Map() }).outcome;
  for (const other of PEERS.filter(name => !except.includes(name))) {
    const outcome = from(other);
    if (isAccepted(outcome) || isOfScript(outcome)) continue;
    const isRace =
      RACE_CODES.has(outcome.retCode) &&
      (readsErrors(input.air) ||
        (input.prevData.length > 0 && from(except[0] as string).retCode === outcome.retCode));
    const told = `${outcome.retCode} ${withNames(outcome.errorMessage)}`;
    requireThat(isRace, `${other} takes what an honest peer has taken: ${told}`);
  }
}

const readsErrors = (air: string): boolean => /:error:|%last_error%/.test(air);

const RACE_CODES = new Set<number>([
  RetCode.parametersMismatch,
  RetCode.recordNotReached,
  RetCode.canonForged,
]);

/** A peer that knows less can have more to do, and reach the mistake in the script. */
const isOfScript = ({ retCode }: Outcome): boolean => SCRIPT_CODES.has(retCode);
const SCRIPT_CODES = new Set<number>([
  RetCode.sizeLimit,
  RetCode.streamSizeLimit,
  RetCode.depthLimit,
  RetCode.instructionLimit,
  RetCode.foldStateNotFound,
  RetCode.iterableShadowing,
  RetCode.multipleIterableValues,
  RetCode.shadowingNotAllowed,
]);
