import {
  execute,
  isCatchableCode,
  RetCode,
  type Limits,
  type Outcome,
  type RunInput,
  type Signer,
  type Step,
} from '../interpreter/index.ts';
import type { Actor } from './actor.ts';

/** What one run came to. */
export interface StepEnd {
  readonly step: Step;
  /** The outcome is the new truth: to be stored before anything else happens, and acted upon. */
  readonly isAccepted: boolean;
}

/** Who runs, within which bounds. */
export interface Interpreting {
  readonly signer: Signer;
  readonly limits: Partial<Limits> | undefined;
}

/** One run: what is known, one copy that arrived, all answers that came in. */
export function runStep(
  actor: Actor,
  { signer, limits }: Interpreting,
  prevData: Uint8Array,
  currentData: Uint8Array,
  callResults: RunInput['callResults'],
): StepEnd {
  const { id, initPeerId, timestamp, ttl, script, signature } = actor.header;
  const params = {
    initPeerId,
    currentPeerId: signer.peerId,
    timestamp,
    ttl,
    particleId: id,
    particleSignature: signature,
    ...(limits && { limits }),
  };
  const { recording, signatures } = rememberSignatures(signer);
  const facts = { air: script, prevData, currentData, callResults };
  const outcome = execute({ ...facts, params: { ...params, secretKey: recording } });
  return {
    step: { input: { ...facts, params }, outcome, signatures },
    isAccepted: isAccepted(outcome),
  };
}

/** An uncaught error of the script ends the script, not the particle: other branches may be alive on other peers. */
export function isAccepted({ retCode }: Outcome): boolean {
  return retCode === RetCode.success || isCatchableCode(retCode) || retCode >= RetCode.unprocessedCallResults;
}

/** Replaying a run needs the signatures it made, not the key that made them. */
function rememberSignatures(signer: Signer): { recording: Signer; signatures: Uint8Array[] } {
  const signatures: Uint8Array[] = [];
  const recording: Signer = {
    peerId: signer.peerId,
    sign(message) {
      const signature = signer.sign(message);
      signatures.push(signature);
      return signature;
    },
  };
  return { recording, signatures };
}
