import { CborWriter } from '../cbor.ts';
import {
  particleClaims,
  readFormat,
  statementClaims,
  type ParticleClaims,
  type StatementClaims,
} from './receipt.ts';
import { ReceiptError } from './receipt-error.ts';
import { readParticle, verifySignedParticle, writeParticle, type SignedParticle } from './signed-particle.ts';
import { readStatement, verifyStatement, writeStatement, type Statement } from './statement.ts';

/** The first item of evidence. */
export const EVIDENCE_FORMAT = 'beryl/evidence/2';

/** Two conflicting statements of one peer in one particle: no honest peer signs both. */
export interface Evidence {
  readonly particle: SignedParticle;
  readonly statements: readonly [Statement, Statement];
}

/** What evidence proves against `peerId`. */
export interface EquivocationClaims extends ParticleClaims {
  readonly peerId: string;
  /**
   * `site`: one place of the script has two records, or its record has two places in the log. `history`: two different records have one
   * place in the log. Both may hold; then this says `site`.
   */
  readonly conflict: 'site' | 'history';
  /** With `head`: what was signed, hex. */
  readonly statements: readonly [HeadClaims, HeadClaims];
}

/** One of the two statements of evidence, with the head that its signature covers (hex). */
export interface HeadClaims extends StatementClaims {
  readonly head: string;
}

/** `[format, particle, statement, statement]`. @spec docs/spec/receipt.md#evidence */
export function encodeEvidence({ particle, statements }: Evidence): Uint8Array {
  const cbor = new CborWriter();
  cbor.array(4);
  cbor.text(EVIDENCE_FORMAT);
  writeParticle(cbor, particle);
  for (const statement of statements) writeStatement(cbor, statement);
  return cbor.finish();
}

/**
 * Verifies evidence that a peer signed conflicting records. Total, as `verifyReceipt` is.
 *
 * An honest peer that keeps its memory can never be convicted: it never changes, moves or removes a record that it has signed, and never
 * records a site twice. So an older part of its log is not evidence, however it is presented.
 *
 * @throws {ReceiptError} The first violation found; ERR_RECEIPT_CONFLICT if one honest peer can have signed both.
 * @spec docs/spec/receipt.md#evidence
 * @example const { peerId } = verifyEquivocation(bytes); // this peer signed conflicting records
 */
export function verifyEquivocation(bytes: Uint8Array): EquivocationClaims {
  const { particle, statements } = decodeEvidence(bytes);
  verifySignedParticle(particle);
  const [a, b] = statements;
  const heads = [verifyStatement(a, particle.signature), verifyStatement(b, particle.signature)] as const;
  const claims = [
    { ...statementClaims(a), head: heads[0] },
    { ...statementClaims(b), head: heads[1] },
  ] as const;
  return {
    ...particleClaims(particle),
    peerId: a.peerId,
    conflict: conflictOf(...claims),
    statements: claims,
  };
}

/** Signatures are not compared: a signer can make many for one head, and they say the same. */
function conflictOf(a: HeadClaims, b: HeadClaims): EquivocationClaims['conflict'] {
  if (a.peerId !== b.peerId) {
    throw new ReceiptError('ERR_RECEIPT_CONFLICT', 'the two statements are of two peers', {
      peerIds: [a.peerId, b.peerId],
    });
  }
  if (a.site === b.site && (a.record !== b.record || a.index !== b.index)) return 'site';
  if (a.index === b.index && a.record !== b.record) return 'history';
  throw new ReceiptError(
    'ERR_RECEIPT_CONFLICT',
    `an honest peer can have signed both: \`${a.peerId}\` is not convicted`,
    {
      peerId: a.peerId,
    },
  );
}

function decodeEvidence(bytes: Uint8Array): Evidence {
  return readFormat(bytes, 4, EVIDENCE_FORMAT, cbor => ({
    particle: readParticle(cbor),
    statements: [readStatement(cbor), readStatement(cbor)],
  }));
}
