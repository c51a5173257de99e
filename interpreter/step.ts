import type { Outcome } from './outcome.ts';
import type { RunInput, RunParams } from './params.ts';

/** Everything that went into one run and came out of it, without the secret: enough to replay it to equal bytes. */
export interface Step {
  readonly input: Omit<RunInput, 'params'> & { readonly params: Omit<RunParams, 'secretKey'> };
  readonly outcome: Outcome;
  /** Signatures (64 bytes each) that the peer's signer made during the run, in order; usually none or one. */
  readonly signatures: readonly Uint8Array[];
}

/** The seam on which audit listens. Called once per run, after the run and before its effects; must not throw. */
export interface StepObserver {
  step(step: Step): void;
}
