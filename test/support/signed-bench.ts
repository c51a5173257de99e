import { particleMessage, type SignedParticle } from '../../interpreter/index.ts';
import { Bench, type BenchOptions } from './bench.ts';
import { idOf, signer } from './cast.ts';

/** `timestamp` and `ttl`: of the header alone; runs have those of {@link Bench}. */
export interface SignedBenchOptions extends BenchOptions {
  readonly timestamp?: number;
  readonly ttl?: number;
}

/** A bench whose particle is signed as peers sign it, so that receipts and evidence can be taken from its data. */
export class SignedBench extends Bench {
  readonly particle: SignedParticle;

  /** @param script As for {@link Bench}. `particleId` must have the form of one. */
  constructor(script: string, options: SignedBenchOptions = {}) {
    super(script, options);
    const { init = 'alice', particleId: id = 'p1', timestamp = 1111, ttl = 2222 } = options;
    const header = { id, timestamp, ttl, script: this.air };
    this.particle = {
      ...header,
      initPeerId: idOf(init),
      signature: signer(init).sign(particleMessage(header)),
    };
  }

  override get particleSignature(): Uint8Array {
    return this.particle.signature;
  }
}
