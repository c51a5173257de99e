import { equalBytes } from '../../base/bytes.ts';
import { publicKeyOfPeerId, sha256, verifySignature, type Signer } from '../../interpreter/index.ts';
import { IdentityError } from './errors.ts';
import { encodeSigned, readSigned, signedBytes, type TwiceSigned } from './twice-signed.ts';

/** What a statement does: begins a name; puts the next key in the place of the one before; the same, since that one has leaked. */
export type StatementKind = 'inception' | 'rotation' | 'revocation';

/** One step in the life of a name. */
export interface IdentityStatement {
  /** The stable name: the peer id of the first key. */
  readonly name: string;
  /** 0 for the inception, then one more each. */
  readonly sequence: number;
  readonly kind: StatementKind;
  /** 32 bytes: SHA-256 of the statement before; zeros for the inception. */
  readonly previous: Uint8Array;
  /** Peer id of the key that signs from now on. */
  readonly key: string;
  /** 32 bytes: SHA-256 of the public key that follows. A thief of the current key does not have it. */
  readonly next: Uint8Array;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const KINDS: readonly StatementKind[] = ['inception', 'rotation', 'revocation'];
const HASH_BYTES = 32;
const PEER_ID_BYTES_MAX = 128;
const NOTHING = new Uint8Array(HASH_BYTES);
const STATEMENT: TwiceSigned<IdentityStatement> = {
  tag: 'beryl/identity/1',
  what: 'statement of identity',
  fields: 7,
  write(writer, { name, sequence, kind, previous, key, next, atMs }) {
    writer.text(name);
    writer.uint(sequence);
    writer.uint(KINDS.indexOf(kind));
    writer.bytes(previous);
    writer.text(key);
    writer.bytes(next);
    writer.uint(atMs);
  },
  read: reader => ({
    name: reader.text(PEER_ID_BYTES_MAX),
    sequence: reader.uint(),
    kind: KINDS[reader.uint(KINDS.length - 1)] as StatementKind,
    previous: reader.bytes(HASH_BYTES, HASH_BYTES).slice(),
    key: reader.text(PEER_ID_BYTES_MAX),
    next: reader.bytes(HASH_BYTES, HASH_BYTES).slice(),
    atMs: reader.uint(),
  }),
};

/** The commitment to a key: its peer id does not follow from it. */
export const commitmentTo = (peerId: string): Uint8Array => sha256(publicKeyOfPeerId(peerId) ?? NOTHING);

export const hashOf = (statement: Uint8Array): Uint8Array => sha256(statement);

/** Begins a name. @param next Peer id of the key that will follow. @spec docs/spec/identity.md */
export function signInception(signer: Signer, next: string, atMs: number): Uint8Array {
  const { peerId } = signer;
  const next32 = commitmentTo(next);
  const statement = {
    name: peerId,
    sequence: 0,
    kind: 'inception',
    previous: NOTHING,
    key: peerId,
    next: next32,
    atMs,
  } as const;
  return encode(statement, signer, signer);
}

/**
 * Puts the next key in the place of the current one.
 *
 * @param last  The newest statement.
 * @param after Peer id of the key that will follow the new one.
 * @spec docs/spec/identity.md
 */
export function signRotation(
  last: Uint8Array,
  {
    current,
    next,
    after,
    atMs,
    isRevoked = false,
  }: { current: Signer; next: Signer; after: string; atMs: number; isRevoked?: boolean },
): Uint8Array {
  const { name, sequence } = readStatement(last).statement;
  const kind = isRevoked ? 'revocation' : 'rotation';
  const statement = {
    name,
    sequence: sequence + 1,
    kind,
    previous: hashOf(last),
    key: next.peerId,
    next: commitmentTo(after),
    atMs,
  } as const;
  return encode(statement, current, next);
}

/** Reads a statement; its signatures are for {@link requireSigned}. @throws {IdentityError} */
export function readStatement(bytes: Uint8Array): {
  statement: IdentityStatement;
  old: Uint8Array;
  own: Uint8Array;
} {
  const {
    value: statement,
    signatures: [old, own],
  } = readSigned(STATEMENT, bytes);
  return { statement, old, own };
}

/** @throws {IdentityError} Unless the key before and the new one have both signed. */
export function requireSigned(bytes: Uint8Array, keyBefore: string): void {
  const { statement, old, own } = readStatement(bytes);
  const message = signedBytes(STATEMENT, statement);
  if (verifySignature(keyBefore, message, old) && verifySignature(statement.key, message, own)) return;
  throw new IdentityError(
    'ERR_IDENTITY_SIGNATURE',
    `statement ${statement.sequence} of \`${statement.name}\` is not signed by old and new key`,
  );
}

export const isNothing = (hash: Uint8Array): boolean => equalBytes(hash, NOTHING);

function encode(statement: IdentityStatement, old: Signer, own: Signer): Uint8Array {
  const message = signedBytes(STATEMENT, statement);
  return encodeSigned(STATEMENT, statement, [old.sign(message), own.sign(message)]);
}
