import { toHex, utf8 } from '../base/bytes.ts';
import {
  canonicalJson,
  exportProof,
  parseJson,
  ProofError,
  sha256Hex,
  type Step,
} from '../interpreter/index.ts';
import type { CallEvent } from '../services/index.ts';

/** What was seen of one particle. */
export interface SeenParticle {
  /** The newest step. */
  step: Step | undefined;
  readonly calls: CallEvent[];
}

/** The particles of a peer that are under way, by their signature. */
export class SeenParticles {
  readonly #particles = new Map<string, SeenParticle>();

  begin(signature: Uint8Array): SeenParticle {
    const seen: SeenParticle = { step: undefined, calls: [] };
    this.#particles.set(toHex(signature), seen);
    return seen;
  }

  end(signature: Uint8Array): void {
    this.#particles.delete(toHex(signature));
  }

  step(step: Step): void {
    const seen = this.#particles.get(toHex(step.input.params.particleSignature));
    if (seen !== undefined && step.outcome.data.length > 0) seen.step = step;
  }

  call(event: CallEvent): void {
    this.#particles.get(toHex(event.particleSignature))?.calls.push(event);
  }
}

/** Proves one answered call to a stranger, with everything behind its arguments. Nothing if the data has no record of it. */
export function proofOf(
  { step, calls }: SeenParticle,
  { peerId, request }: CallEvent,
): Uint8Array | undefined {
  if (step === undefined) return undefined;
  const { air: script, params } = step.input;
  const { particleId: id, initPeerId, timestamp, ttl, particleSignature: signature } = params;
  const particle = { id, initPeerId, timestamp, ttl, script, signature };
  const answers = answersOf(calls);
  try {
    return exportProof(
      step.outcome.data,
      particle,
      { peerId, site: request.site },
      { lookUp: hash => answers.get(hash) },
    ).proof;
  } catch (failure) {
    if (!(failure instanceof ProofError)) throw failure;
    return undefined;
  }
}

/** Answers by hash. Of an answer that the script gives no name, the data holds only the hash. */
function answersOf(calls: readonly CallEvent[]): Map<string, Uint8Array> {
  return new Map(
    calls.flatMap(({ decision }) => {
      if (!('resultJson' in decision.result)) return [];
      const text = canonicalJson(parseJson(decision.result.resultJson));
      return [[sha256Hex(text), utf8(text)] as const];
    }),
  );
}
