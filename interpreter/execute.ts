import { RunError } from './errors.ts';
import { requireHostInput, signerOfParams } from './host-input.ts';
import { verifySignature, type Signer } from './keys/key-pair.ts';
import type { Outcome } from './outcome.ts';
import type { PrepareInput, RunInput } from './params.ts';
import { refused, transition, type Transition } from './transition.ts';

/**
 * One step of a particle on one peer. Takes the previous data, the data that arrived and the results of the host; returns the new
 * data, the next peers and the calls that the host must perform.
 *
 * Pure and deterministic: equal inputs give equal bytes. Never throws on input from outside and never exhausts the stack.
 *
 * @throws {TypeError} If the embedding program breaks the contract of {@link RunInput} (missing fields, wrong types).
 * @spec docs/language.md, docs/spec/data.md, docs/spec/call-record.md, docs/spec/errors.md
 * @example
 * const none = new Uint8Array();
 * const { data, nextPeerIds, callRequests } = execute({ air, prevData: none, currentData: none, params, callResults: new Map() });
 */
export function execute(input: RunInput): Outcome {
  requireHostInput(input);
  return orRefused(input, () => {
    let signer: Signer | undefined;
    const { head, conclude } = transition(input, () => (signer = signerOfParams(input.params)));
    return conclude(head && signatureBy(signer as Signer, head));
  });
}

/** A run that waits for the signature of its peer. */
export interface PreparedRun {
  /** 32 bytes to be signed with the peer's key, without hashing; `undefined` if the run states nothing new, or was refused. */
  readonly head: Uint8Array | undefined;
  /**
   * The outcome of the run. May be called again, as long as no signature was right; nothing has happened before.
   *
   * @param signature 64 bytes: Ed25519 of the current peer over `head`. Leave it out where there is no head. Any other signature gives
   *   an outcome with code 20018.
   * @throws {TypeError} If a signature is missing, or given where there is nothing to sign.
   */
  finish(signature?: Uint8Array): Outcome;
}

/**
 * The first half of {@link execute}, for a key that is kept elsewhere: `execute` is `prepare`, the signature, and `finish`.
 *
 * @example
 * const run = prepare(input);
 * const outcome = run.finish(run.head && (await keyStore.sign(run.head)));
 *
 * @throws {TypeError} As {@link execute}.
 */
export function prepare(input: PrepareInput): PreparedRun {
  requireHostInput(input);
  let prepared: Transition | undefined;
  const refusal = orRefused(input, () => void (prepared = transition(input)));
  if (prepared === undefined) return { head: undefined, finish: () => refusal as Outcome };
  const { head, conclude } = prepared;
  return {
    head: head?.slice(),
    finish(signature) {
      if ((signature === undefined) !== (head === undefined))
        throw new TypeError(
          head === undefined ? 'there is nothing to sign' : 'a signature of the head is needed',
        );
      return orRefused(input, () => {
        if (head !== undefined) requireSignature(input.params.currentPeerId, head, signature);
        return conclude(signature?.slice());
      });
    },
  };
}

function orRefused<T>(input: PrepareInput, act: () => T): T | Outcome {
  try {
    return act();
  } catch (failure) {
    if (failure instanceof RunError) return refused(input, failure);
    throw failure;
  }
}

/** The host's signer may fail; then the run is refused and changes nothing. */
function signatureBy(signer: Signer, head: Uint8Array): Uint8Array {
  let signature: unknown;
  try {
    signature = signer.sign(head);
  } catch (failure) {
    throw new RunError('signingFailed', `failed to sign data: ${textOf(failure)}`);
  }
  if (signature instanceof Uint8Array && signature.length === 64) return signature;
  // Nobody awaits a promise: its rejection would end the process.
  new Promise(resolve => resolve(signature)).catch(() => undefined);
  const why =
    signature instanceof Promise
      ? 'the signer is asynchronous; use `prepare` and `finish`'
      : 'the signer gave no signature of 64 bytes';
  throw new RunError('signingFailed', `failed to sign data: ${why}`);
}

/** A signer may throw anything, also what cannot be turned into text. */
function textOf(failure: unknown): string {
  try {
    return String(failure);
  } catch {
    return 'the signer has thrown a value without text';
  }
}

/** @throws {RunError} 20018: every peer would refuse the data. */
function requireSignature(peerId: string, head: Uint8Array, signature: unknown): void {
  if (signature instanceof Uint8Array && verifySignature(peerId, head, signature)) return;
  throw new RunError(
    'signingFailed',
    `failed to sign data: this is not a signature of \`${peerId}\` over the head`,
  );
}
