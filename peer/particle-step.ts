import {
  execute,
  exportEquivocation,
  isCatchableCode,
  ReceiptError,
  RetCode,
  verifyEquivocation,
  type Limits,
  type Outcome,
  type RunInput,
  type Signer,
  type Step,
} from '../interpreter/index.ts';
import type { Actor } from './actor.ts';
import type { ParticleHeader } from './particle.ts';

/** What one run came to. */
export interface StepEnd {
  readonly step: Step;
  /** The outcome is the new truth: to be stored before anything else happens, and acted upon. */
  readonly isAccepted: boolean;
  /** If the data was refused because a peer told two stories (code 14). */
  readonly evidence?: Evidence;
}

/** What convicts a peer of two stories before anybody. */
export interface Evidence {
  readonly peerId: string;
  /** For `verifyEquivocation`. */
  readonly bytes: Uint8Array;
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
    ...(outcome.retCode === RetCode.equivocation && evidenceOf(actor.header, prevData, currentData)),
    step: { input: { ...facts, params }, outcome, signatures },
    isAccepted: isAccepted(outcome),
  };
}

/** Made at once: what was refused is not kept, and what is known changes. */
function evidenceOf(header: ParticleHeader, ...sources: Uint8Array[]): { evidence?: Evidence } {
  const { id, initPeerId, timestamp, ttl, script, signature } = header;
  try {
    const bytes = exportEquivocation(sources, { id, initPeerId, timestamp, ttl, script, signature });
    return bytes === undefined ? {} : { evidence: { peerId: verifyEquivocation(bytes).peerId, bytes } };
  } catch (failure) {
    // The init peer has signed what could be another particle: it proves nothing to a stranger.
    if (failure instanceof ReceiptError) return {};
    throw failure;
  }
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
