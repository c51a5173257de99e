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
export const EVIDENCE_FORMAT = 'beryl/evidence/1';

/** Two statements of one peer in one particle of which no honest peer signs both. */
export interface Evidence {
  readonly particle: SignedParticle;
  readonly statements: readonly [Statement, Statement];
}

/** What evidence proves against `peerId`. */
export interface EquivocationClaims extends ParticleClaims {
  readonly peerId: string;
  /**
   * `site`: two different records for one place of the script. `history`: two different batches that both claim to follow the
   * same one. The first may hold as well where the second is not said.
   */
  readonly conflict: 'site' | 'history';
  /** With `head`: what was signed, hex; `previous`: the head that it claims to follow. */
  readonly statements: readonly [HeadClaims, HeadClaims];
}

export interface HeadClaims extends StatementClaims {
  readonly head: string;
  readonly previous: string;
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
 * Verifies evidence that a peer told two stories. Total, as `verifyReceipt` is.
 *
 * An honest peer can never be convicted: it signs one record for a site, and each batch after its last one. So an older part of
 * its history is no evidence, however it is presented; a longer batch after the same head is.
 *
 * @throws {ReceiptError} The first violation found; ERR_RECEIPT_CONFLICT if one honest peer can have signed both.
 * @spec docs/spec/receipt.md#evidence
 */
export function verifyEquivocation(bytes: Uint8Array): EquivocationClaims {
  const { particle, statements } = decodeEvidence(bytes);
  verifySignedParticle(particle);
  const [a, b] = statements;
  const heads = [verifyStatement(a, particle.signature), verifyStatement(b, particle.signature)] as const;
  const claims = [
    { ...statementClaims(a), head: heads[0], previous: a.previous },
    { ...statementClaims(b), head: heads[1], previous: b.previous },
  ] as const;
  return {
    ...particleClaims(particle),
    peerId: a.record.peerId,
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
  if (a.site === b.site && a.record !== b.record) return 'site';
  if (a.previous === b.previous && a.head !== b.head) return 'history';
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
