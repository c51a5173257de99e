import { RunError } from './errors.ts';
import { requireHostInput, signerOfParams } from './host-input.ts';
import { isMadeHere, verifySignature, type Signer } from './keys/key-pair.ts';
import type { Outcome } from './outcome.ts';
import type { PrepareInput, RunInput } from './params.ts';
import { isSharedWithCaller } from './trace/recent-data.ts';
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
    return conclude(head && signatureBy(signer as Signer, input.params.currentPeerId, head));
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
  const own = withOwnData(input);
  let prepared: Transition | undefined;
  const refusal = orRefused(own, () => void (prepared = transition(own)));
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
        return conclude(head && verified(input.params.currentPeerId, head, signature));
      });
    },
  };
}

/** Until `finish` the host may do with its bytes what it likes. */
function withOwnData<Input extends PrepareInput>(input: Input): Input {
  const own = (bytes: Uint8Array): Uint8Array => (isSharedWithCaller(bytes) ? new Uint8Array(bytes) : bytes);
  return { ...input, prevData: own(input.prevData), currentData: own(input.currentData) };
}

function orRefused<T>(input: PrepareInput, act: () => T): T | Outcome {
  try {
    return act();
  } catch (failure) {
    if (failure instanceof RunError) return refused(input, failure);
    throw failure;
  }
}

/** The host's signer may fail, or give something else than a signature. Then the run is refused and changes nothing. */
function signatureBy(signer: Signer, peerId: string, head: Uint8Array): Uint8Array {
  const isOurs = isMadeHere(signer);
  let signature: unknown;
  try {
    // A signer of the host's own gets a copy: it may write into it.
    signature = signer.sign(isOurs ? head : head.slice());
  } catch (failure) {
    throw new RunError('signingFailed', `failed to sign data: ${textOf(failure)}`);
  }
  if (isOurs) return signature as Uint8Array;
  if (signature instanceof Uint8Array && signature.length === 64) return verified(peerId, head, signature);
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

/**
 * A signature that was made elsewhere, as a copy of its own: what is verified stays as it is.
 *
 * @throws {RunError} 20018: every peer would refuse the data.
 */
function verified(peerId: string, head: Uint8Array, signature: unknown): Uint8Array {
  const copy = signature instanceof Uint8Array ? new Uint8Array(signature) : undefined;
  if (copy !== undefined && verifySignature(peerId, head, copy)) return copy;
  throw new RunError(
    'signingFailed',
    `failed to sign data: this is not a signature of \`${peerId}\` over the head`,
  );
}
