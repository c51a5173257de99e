import { concat, utf8 } from '../base/bytes.ts';
import { verifySignature, type Signer } from '../interpreter/index.ts';
import type { Signing } from './signing.ts';

/**
 * Why a peer did not take a particle, signed by that peer for the sender alone. It travels one hop and is a hint: it explains a
 * failure to people, and a script never sees it.
 */
export interface Refusal {
  /** The peer that refused. */
  readonly by: string;
  /** The peer that had sent the particle. */
  readonly to: string;
  /** 64 bytes: the particle's signature. */
  readonly particleSignature: Uint8Array;
  readonly code: string;
  readonly message: string;
  /** The clock of the peer that refused: milliseconds since 1970. */
  readonly atMs: number;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Domain tag: nothing else that Beryl signs begins with these bytes. */
const TAG = utf8('beryl/refusal/1\n');
/** The most UTF-16 units of a message, which may quote what a stranger wrote. */
const MESSAGE_MAX = 4096;

type Statement = Omit<Refusal, 'signature'>;

/** @throws As the signer; also as the rejection. */
export function signRefusal(signer: Signer, statement: Omit<Statement, 'by'>): Refusal;
export function signRefusal(
  signer: Pick<Signing, 'peerId' | 'sign'>,
  statement: Omit<Statement, 'by'>,
): Refusal | Promise<Refusal>;
export function signRefusal(
  signer: Pick<Signing, 'peerId' | 'sign'>,
  statement: Omit<Statement, 'by'>,
): Refusal | Promise<Refusal> {
  const message = statement.message.slice(0, MESSAGE_MAX).toWellFormed();
  const refusal = { ...statement, message, by: signer.peerId };
  const signed = (signature: Uint8Array): Refusal => ({ ...refusal, signature });
  const signature = signer.sign(messageOf(refusal));
  return signature instanceof Promise ? signature.then(signed) : signed(signature);
}

/** Whether `by` has refused this particle of `to`. */
export function verifyRefusal(
  refusal: Refusal,
  { by, to, particleSignature }: Pick<Refusal, 'by' | 'to' | 'particleSignature'>,
): boolean {
  const { code, message, atMs, signature } = refusal;
  const isWellFormed =
    typeof code === 'string' &&
    typeof message === 'string' &&
    message.length <= MESSAGE_MAX &&
    Number.isSafeInteger(atMs) &&
    signature instanceof Uint8Array &&
    signature.length === 64;
  if (!isWellFormed) return false;
  return verifySignature(by, messageOf({ by, to, particleSignature, code, message, atMs }), signature);
}

function messageOf({ by, to, particleSignature, code, message, atMs }: Statement): Uint8Array {
  return concat(TAG, particleSignature, utf8(JSON.stringify([by, to, code, message, atMs])));
}
