import type { BerylError } from '../../base/error.ts';
import {
  ProofError,
  ReceiptError,
  verifyEquivocation,
  verifyProof,
  verifyReceipt,
  type ParticleClaims,
} from '../../interpreter/index.ts';
import { fileSigner, verdictFor, type FileFormat, type FileKind, type Verification } from './verification.ts';

/** A hash of a value that is not shown. */
const HASH_WARNING = 'a hash does not hide a value that can be guessed';

/** Larger files are refused by their size: no more is read of them. */
const READ_MAX = 256 * 1024 * 1024 + 1;

interface Verified<Claims> {
  readonly claims: Claims;
  /** Peers whose statements it rests on, beside the init peer. */
  readonly peers: readonly string[];
  readonly warnings: readonly string[];
}

/** CBOR of the interpreter: an array whose first item names the format. */
function format<Claims extends ParticleClaims>(
  kind: FileKind,
  verify: (bytes: Uint8Array) => Verified<Claims>,
): FileFormat {
  return {
    kind,
    isBeginning: head => new TextDecoder('latin1').decode(head.subarray(2)).startsWith(`beryl/${kind}/`),
    verify(source, options) {
      try {
        const { claims, peers, warnings } = verify(source.read(0, Math.min(source.size, READ_MAX)));
        const signer = (role: 'init-peer' | 'peer', peerId: string) =>
          fileSigner(role, peerId, options, claims.timestamp);
        const signers = [
          signer('init-peer', claims.initPeerId),
          ...peers.map(peerId => signer('peer', peerId)),
        ];
        const { unknown, ...verdict } = verdictFor(signers, options);
        return { kind, ...verdict, warnings: [...warnings, ...unknown], claims };
      } catch (failure) {
        return invalid(kind, failure);
      }
    },
  };
}

/** A damaged file is of no kind, so its error is thrown. Every other refusal is a verdict. */
function invalid(kind: FileKind, failure: unknown): Verification {
  const isRefusal = failure instanceof ReceiptError || failure instanceof ProofError;
  if (!isRefusal || /_(SIZE|MALFORMED|VERSION)$/.test(failure.code)) throw failure;
  const { code, message }: BerylError = failure;
  return { kind, verdict: 'invalid', code, message, signers: [], warnings: [] };
}

export const RECEIPT = format('receipt', bytes => {
  const claims = verifyReceipt(bytes);
  const isWhole = claims.valueJson !== undefined && claims.argumentsJson !== undefined;
  return { claims, peers: [claims.peerId], warnings: isWhole ? [] : [HASH_WARNING] };
});

export const EVIDENCE = format('evidence', bytes => {
  const claims = verifyEquivocation(bytes);
  return { claims, peers: [claims.peerId], warnings: [] };
});

export const PROOF = format('proof', bytes => {
  const claims = verifyProof(bytes);
  const { sealed, signers, origins } = claims;
  const told = origins.filter(({ toldBy }) => toldBy !== undefined).length;
  const warnings = [
    ...(sealed.length > 0 ? [`${sealed.length} values are sealed: ${HASH_WARNING}`] : []),
    ...(told > 0 ? [`${told} told values: only the peer that stated one can know it`] : []),
  ];
  return { claims, peers: signers, warnings };
});
