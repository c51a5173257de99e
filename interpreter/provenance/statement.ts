import { toHex } from '../../base/bytes.ts';
import type { CborReader, CborWriter } from '../cbor.ts';
import { decodeRecord, type CallRecord } from './call-record.ts';
import { verifySignature } from './key-pair.ts';
import { leafHash, rootOfPath } from './merkle.ts';
import { ReceiptError } from './receipt-error.ts';
import { FIRST_PREVIOUS, headBytes, headOfRoot } from './record-batch.ts';
import { requireKey } from './signed-particle.ts';

/** One record with what proves that its peer signed it: the way to the root of its batch, and the rest of the batch's head. */
export interface Statement {
  /** The bytes that were signed. */
  readonly bytes: Uint8Array;
  readonly record: CallRecord;
  /** Place of the record in its batch, number of records there, and the path between: RFC 6962. */
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  /** Hex. */
  readonly previous: string;
  /** Records of the peer so far, those of the batch included. */
  readonly count: number;
  /** 64 bytes: Ed25519 of the peer over the head. */
  readonly signature: Uint8Array;
}

/** A path in a tree of 2^53 leaves. */
const PATH_MAX = 53;

/** `[record, index, size, [sibling, …], previous head, count so far, signature]`. */
export function writeStatement(cbor: CborWriter, statement: Statement): void {
  cbor.array(7);
  cbor.bytes(statement.bytes);
  cbor.uint(statement.index);
  cbor.uint(statement.size);
  cbor.array(statement.path.length);
  for (const sibling of statement.path) cbor.bytes(sibling);
  cbor.bytes(headBytes(statement.previous));
  cbor.uint(statement.count);
  cbor.bytes(statement.signature);
}

export function readStatement(cbor: CborReader): Statement {
  cbor.array(7, 7);
  const bytes = cbor.bytes();
  const index = cbor.uint();
  const size = cbor.uint();
  const path = Array.from({ length: cbor.array(PATH_MAX) }, () => cbor.bytes(32, 32));
  const previous = toHex(cbor.bytes(32, 32));
  const count = cbor.uint();
  const signature = cbor.bytes(64, 64);
  return { bytes, record: decodeRecord(bytes), index, size, path, previous, count, signature };
}

/**
 * @returns The head (hex) that the peer named in the record has signed.
 * @throws {ReceiptError} If it has not.
 */
export function verifyStatement(statement: Statement, particleSignature: Uint8Array): string {
  const { record, previous, count, signature } = statement;
  const { peerId } = record;
  requireKey(peerId, 'the peer');
  const head = headOfRoot(particleSignature, peerId, previous, count, rootOf(statement));
  if (!verifySignature(peerId, headBytes(head), signature)) {
    throw new ReceiptError(
      'ERR_RECEIPT_SIGNATURE',
      `\`${peerId}\` has not signed this record for this particle`,
      { peerId, head },
    );
  }
  return head;
}

function rootOf({ bytes, index, size, path, previous, count }: Statement): Uint8Array {
  const root = rootOfPath(leafHash(bytes), index, size, path);
  const before = count - size;
  if (root === undefined || (previous === FIRST_PREVIOUS ? before !== 0 : before < 1)) {
    throw new ReceiptError(
      'ERR_RECEIPT_PATH',
      `a path of ${path.length} from record ${index} of ${size}, the last of ${count}, does not exist`,
      { index, size, count },
    );
  }
  return root;
}
