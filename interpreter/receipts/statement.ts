import { toHex } from '../../base/bytes.ts';
import type { CborReader, CborWriter } from '../cbor.ts';
import { verifySignature } from '../keys/key-pair.ts';
import { headOf } from '../log/head.ts';
import { decodeRecord, type CallRecord } from '../log/record.ts';
import type { RecordLog } from '../log/record-log.ts';
import { leafHash, rootOfPath } from '../log/tree-hash.ts';
import { ReceiptError } from './receipt-error.ts';
import { PEER_ID_BYTES_MAX, requireKey } from './signed-particle.ts';

/** One record with what proves that its peer signed it: its place in the log, and the way from there to the signed head. */
export interface Statement {
  /** Whose log it is. */
  readonly peerId: string;
  /** The bytes that were signed. */
  readonly bytes: Uint8Array;
  readonly record: CallRecord;
  /** Place of the record in the log, number of records there, and the audit path between: RFC 6962. */
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  /** 64 bytes: Ed25519 of the peer over the head. */
  readonly signature: Uint8Array;
}

/** A path in a tree of 2^53 leaves. */
const PATH_MAX = 53;

/** The statement that a log makes with one of its records. */
export function statementAt(log: RecordLog, index: number): Statement {
  const { peerId, count: size, signature } = log;
  const { bytes, record } = log.at(index);
  return { peerId, bytes, record, index, size, path: log.path(index), signature };
}

/** `[peer id, record, index, size, [sibling, …], signature]`. */
export function writeStatement(cbor: CborWriter, statement: Statement): void {
  cbor.array(6);
  cbor.text(statement.peerId);
  cbor.bytes(statement.bytes);
  cbor.uint(statement.index);
  cbor.uint(statement.size);
  cbor.array(statement.path.length);
  for (const sibling of statement.path) cbor.bytes(sibling);
  cbor.bytes(statement.signature);
}

export function readStatement(cbor: CborReader): Statement {
  cbor.array(6, 6);
  const peerId = cbor.text(PEER_ID_BYTES_MAX);
  const bytes = cbor.bytes();
  const index = cbor.uint();
  const size = cbor.uint();
  const path = Array.from({ length: cbor.array(PATH_MAX) }, () => cbor.bytes(32, 32));
  const signature = cbor.bytes(64, 64);
  return { peerId, bytes, record: decodeRecord(bytes), index, size, path, signature };
}

/**
 * @returns The head (hex) that the peer has signed.
 * @throws {ReceiptError} If it has not.
 */
export function verifyStatement(statement: Statement, particleSignature: Uint8Array): string {
  const { peerId, size, signature } = statement;
  requireKey(peerId, 'the peer');
  return verifyHead(peerId, headOf(particleSignature, peerId, size, rootOf(statement)), signature);
}

/** As {@link verifyStatement}, of all records of a log at once. */
export function verifyLog({ peerId, head, signature }: RecordLog): void {
  requireKey(peerId, 'the peer');
  verifyHead(peerId, head, signature);
}

function verifyHead(peerId: string, head: Uint8Array, signature: Uint8Array): string {
  if (!verifySignature(peerId, head, signature)) {
    throw new ReceiptError(
      'ERR_RECEIPT_SIGNATURE',
      `\`${peerId}\` has not signed this record for this particle`,
      { peerId, head: toHex(head) },
    );
  }
  return toHex(head);
}

function rootOf({ bytes, index, size, path }: Statement): Uint8Array {
  const root = rootOfPath(leafHash(bytes), index, size, path);
  if (root === undefined) {
    throw new ReceiptError(
      'ERR_RECEIPT_PATH',
      `a path of ${path.length} from record ${index} of ${size} does not exist`,
      { index, size },
    );
  }
  return root;
}
