import {
  execute,
  prepare,
  exportEquivocation,
  isCatchableCode,
  ReceiptError,
  RetCode,
  verifyEquivocation,
  type Limits,
  type Outcome,
  type RunInput,
  type Step,
} from '../interpreter/index.ts';
import type { Actor } from './actor.ts';
import { ParticleError } from './errors.ts';
import type { ParticleHeader } from './particle.ts';
import type { Signing } from './signing.ts';

/** The result of one run. */
export interface StepEnd {
  readonly step: Step;
  /** The outcome replaces the stored data: it is stored first, and then acted upon. */
  readonly isAccepted: boolean;
  /** Set if the data was refused because a peer signed two histories (code 14). */
  readonly evidence?: EquivocationEvidence;
}

/** Proof that a peer signed two histories; any third party can check it. */
export interface EquivocationEvidence {
  readonly peerId: string;
  /** Input of `verifyEquivocation`. */
  readonly bytes: Uint8Array;
}

/** The peer that runs, and the bounds of the run. */
export interface Interpreting {
  readonly signing: Signing;
  readonly limits: Partial<Limits> | undefined;
}

/**
 * One run: what is known, one copy that arrived, all answers that came in. It ends later if the key is kept elsewhere.
 *
 * @throws {ParticleError} If it could not be signed; also as the rejection. Then nothing has happened.
 */
export function runStep(
  actor: Actor,
  { signing, limits }: Interpreting,
  prevData: Uint8Array,
  currentData: Uint8Array,
  callResults: RunInput['callResults'],
): StepEnd | Promise<StepEnd> {
  const { id, initPeerId, timestamp, ttl, script, signature } = actor.header;
  const params = {
    initPeerId,
    currentPeerId: signing.peerId,
    timestamp,
    ttl,
    particleId: id,
    particleSignature: signature,
    ...(limits && { limits }),
  };
  const facts = { air: script, prevData, currentData, callResults };
  const endOf = (outcome: Outcome, signatures: Step['signatures']): StepEnd => ({
    ...(outcome.retCode === RetCode.equivocation && evidenceOf(actor.header, prevData, currentData)),
    step: { input: { ...facts, params }, outcome, signatures },
    isAccepted: isAccepted(outcome),
  });
  if (signing.local !== undefined) {
    const outcome = execute({ ...facts, params: { ...params, secretKey: signing.local } });
    return endOf(outcome, signing.takeHeard());
  }
  const { head, finish } = prepare({ ...facts, params });
  if (head === undefined) return endOf(finish(), []);
  const signed = (ours: Uint8Array): StepEnd => {
    const outcome = finish(ours);
    if (outcome.retCode !== RetCode.signingFailed) return endOf(outcome, [ours]);
    throw new ParticleError('ERR_PARTICLE_SIGNER', outcome.errorMessage);
  };
  const given = signing.unverified(head);
  return given instanceof Promise ? given.then(signed) : signed(given);
}

/** Built during the run: the refused copy is not kept, and the stored data changes. */
function evidenceOf(header: ParticleHeader, ...sources: Uint8Array[]): { evidence?: EquivocationEvidence } {
  const { id, initPeerId, timestamp, ttl, script, signature } = header;
  try {
    const bytes = exportEquivocation(sources, { id, initPeerId, timestamp, ttl, script, signature });
    return bytes === undefined ? {} : { evidence: { peerId: verifyEquivocation(bytes).peerId, bytes } };
  } catch (failure) {
    // The init peer's signature also fits another particle, so it proves nothing to a third party.
    if (failure instanceof ReceiptError) return {};
    throw failure;
  }
}

/** An uncaught error ends the script here, but not the particle: other branches may continue on other peers. */
export function isAccepted({ retCode }: Outcome): boolean {
  return retCode === RetCode.success || isCatchableCode(retCode) || retCode >= RetCode.unprocessedCallResults;
}
