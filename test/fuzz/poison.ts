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

/** What an honest peer passes on, another one that knows nothing yet does not refuse. */
export function requireNotPoisoned(
  input: RunInput,
  currentData: Uint8Array,
  except: readonly string[],
): void {
  for (const other of PEERS.filter(name => !except.includes(name))) {
    const { outcome } = tried({
      ...onPeer(input, other),
      prevData: NOTHING,
      currentData,
      callResults: new Map(),
    });
    const told = `${outcome.retCode} ${withNames(outcome.errorMessage)}`;
    requireThat(
      isAccepted(outcome) || isLimit(outcome),
      `${other} takes what an honest peer has taken: ${told}`,
    );
  }
}

/** Who knows less can have more to do. */
const isLimit = ({ retCode }: Outcome): boolean => LIMIT_CODES.has(retCode);
const LIMIT_CODES = new Set<number>([
  RetCode.sizeLimit,
  RetCode.streamSizeLimit,
  RetCode.depthLimit,
  RetCode.instructionLimit,
]);
