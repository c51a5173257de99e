import { concat, utf8 } from '../../base/bytes.ts';
import {
  CborError,
  CborReader,
  CborWriter,
  publicKeyOfPeerId,
  verifySignature,
  type Signer,
} from '../../interpreter/index.ts';
import { DENY_ENTRIES_MAX, type DenyEntry, type DenyRole } from './deny-list.ts';
import { EnvelopeError } from './errors.ts';

/** A list of peers to deny that an authority has signed, for everybody who trusts it. */
export interface SignedDenyList {
  /** Peer id of who signed. */
  readonly authority: string;
  /** Grows with each list of this authority: an older one takes nothing back. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly iatMs: number;
  readonly entries: readonly DenyEntry[];
}

const TAG = 'beryl/deny-list/1';
const SIGNED = utf8(`${TAG}\n`);
const FIELDS = 6;
const ROLES: readonly DenyRole[] = ['host', 'init', 'both'];
const PEER_ID_BYTES_MAX = 128;
const REASON_BYTES_MAX = 4096;
const SIGNATURE_BYTES = 64;

/**
 * Signs a list.
 *
 * @throws {TypeError} If an entry names no peer: who trusts the list would believe that somebody is denied.
 * @spec docs/spec/envelope.md#signed-deny-lists
 */
export function signDenyList(signer: Signer, list: Omit<SignedDenyList, 'authority'>): Uint8Array {
  const odd = list.entries.findIndex(({ peerId }) => publicKeyOfPeerId(peerId) === undefined);
  if (odd !== -1) throw new TypeError(`signDenyList: entries.${odd}.peerId is not a peer id`);
  const all = { ...list, authority: signer.peerId };
  const writer = new CborWriter();
  writer.array(FIELDS);
  writeList(writer, all);
  writer.bytes(signer.sign(signedBytes(all)));
  return writer.finish();
}

/**
 * Reads a list and verifies its signature. Whether the authority is trusted, and the list the newest, is for the caller to decide.
 *
 * @throws {EnvelopeError} `ERR_ENVELOPE_DENY_LIST`.
 * @spec docs/spec/envelope.md#signed-deny-lists
 */
export function verifyDenyList(bytes: Uint8Array): SignedDenyList {
  const { list, signature } = readList(bytes);
  if (!verifySignature(list.authority, signedBytes(list), signature))
    throw refused(`the list is not signed by its authority \`${list.authority}\``);
  return list;
}

function readList(bytes: Uint8Array): { list: SignedDenyList; signature: Uint8Array } {
  try {
    const reader = new CborReader(bytes);
    reader.array(FIELDS, FIELDS);
    if (reader.text(TAG.length) !== TAG) throw refused(`the bytes are not \`${TAG}\``);
    const authority = reader.text(PEER_ID_BYTES_MAX);
    const sequence = reader.uint();
    const iatMs = reader.uint();
    const count = reader.array(DENY_ENTRIES_MAX);
    const entries: DenyEntry[] = [];
    for (let i = 0; i < count; i++) {
      reader.array(3, 3);
      const peerId = reader.text(PEER_ID_BYTES_MAX);
      const role = ROLES[reader.uint(ROLES.length - 1)] as DenyRole;
      const reason = reader.text(REASON_BYTES_MAX);
      entries.push({ peerId, role, ...(reason !== '' && { reason }) });
    }
    const signature = reader.bytes(SIGNATURE_BYTES, SIGNATURE_BYTES);
    reader.end();
    return { list: { authority, sequence, iatMs, entries }, signature };
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
    throw new EnvelopeError(
      'ERR_ENVELOPE_DENY_LIST',
      `the deny list cannot be read: ${cause.message}`,
      {},
      { cause },
    );
  }
}

function writeList(writer: CborWriter, { authority, sequence, iatMs, entries }: SignedDenyList): void {
  writer.text(TAG);
  writer.text(authority);
  writer.uint(sequence);
  writer.uint(iatMs);
  writer.array(entries.length);
  for (const { peerId, role, reason = '' } of entries) {
    writer.array(3);
    writer.text(peerId);
    writer.uint(ROLES.indexOf(role));
    writer.text(reason);
  }
}

function signedBytes(list: SignedDenyList): Uint8Array {
  const writer = new CborWriter();
  writer.array(FIELDS - 1);
  writeList(writer, list);
  return concat(SIGNED, writer.finish());
}

const refused = (why: string): EnvelopeError => new EnvelopeError('ERR_ENVELOPE_DENY_LIST', why);
