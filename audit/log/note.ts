import { concat, fromBase64, toBase64, toHex, utf8 } from '../../base/bytes.ts';
import {
  peerIdOf,
  publicKeyOfPeerId,
  sha256,
  verifySignature,
  type Signer,
} from '../../interpreter/index.ts';
import { LogError } from './errors.ts';

/**
 * Signed notes: C2SP `signed-note` v1.0.0. A text that ends with a newline, an empty line, and signature lines
 * `— <name> <base64 of 4 bytes of key id ‖ signature>`.
 */
export interface Note {
  /** What is signed: ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** One signature of a note: name, key id and bytes. */
export interface NoteSignature {
  readonly name: string;
  /** 4 bytes, lower-case hex. Only a hint which key to try. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** Algorithms of keys: plain Ed25519, and Ed25519 for timestamped cosignatures of witnesses. */
export const KeyType = { ed25519: 1, cosignature: 4 } as const;
export type KeyType = (typeof KeyType)[keyof typeof KeyType];

/** A key under a name. As text (*vkey*): `<name>+<key id in hex>+<base64 of type ‖ key>`. */
export interface VerifierKey {
  readonly name: string;
  readonly type: KeyType;
  /** The key, as a peer id. */
  readonly peerId: string;
  readonly keyId: string;
}

/** UTF-16 units of a note; and signature lines of one. */
const NOTE_SIZE_MAX = 64 * 1024;
const SIGNATURES_MAX = 64;

const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/;
/** White space by Unicode, and the plus that separates the parts of a vkey, cannot be in names. */
const NAME = /^[^\s+]+$/u;

/** The verifier key of a peer under a name. */
export function verifierKey(name: string, peerId: string, type: KeyType = KeyType.ed25519): VerifierKey {
  const key = publicKeyOfPeerId(peerId);
  if (key === undefined) throw new LogError('ERR_NOTE_KEY', `\`${peerId}\` is not the id of an Ed25519 key`);
  if (!NAME.test(name))
    throw new LogError('ERR_NOTE_KEY', `\`${name}\` is not a name of a key: no spaces, no plus`);
  const id = sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), key)).subarray(0, 4);
  return { name, type, peerId, keyId: toHex(id) };
}

/** The text of a verifier key, as policies and command lines take it. */
export function formatVerifierKey({ name, type, peerId, keyId }: VerifierKey): string {
  const key = publicKeyOfPeerId(peerId) as Uint8Array;
  return `${name}+${keyId}+${toBase64(concat(Uint8Array.of(type), key))}`;
}

/** @throws {LogError} ERR_NOTE_KEY for a text that is not a vkey of a supported type, or whose key id is not that of its key. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', keyId = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  const type = bytes?.[0];
  if (bytes?.length !== 33 || (type !== KeyType.ed25519 && type !== KeyType.cosignature))
    throw new LogError('ERR_NOTE_KEY', `\`${text}\` is not a key of the form \`name+id+key\`, for Ed25519`);
  const key = verifierKey(name, peerIdOf(bytes.subarray(1)), type);
  if (key.keyId !== keyId)
    throw new LogError('ERR_NOTE_KEY', `\`${text}\` states key id ${keyId}, its key has ${key.keyId}`);
  return key;
}

/** @throws {LogError} ERR_NOTE_MALFORMED */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  const isText = end >= 0 && note.endsWith('\n') && note.length <= NOTE_SIZE_MAX && hasNoControls(note);
  if (!isText) throw new LogError('ERR_NOTE_MALFORMED', 'this is not a signed note');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX)
    throw new LogError('ERR_NOTE_MALFORMED', `a note has at most ${SIGNATURES_MAX} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** The text of a signed note, with its signatures. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

/** The line of one signature in a signed note. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  const id = Uint8Array.from(keyId.match(/../g) ?? [], byte => Number.parseInt(byte, 16));
  return `\u2014 ${name} ${toBase64(concat(id, signature))}\n`;
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!NAME.test(name) || bytes === undefined || bytes.length < 5)
    throw new LogError('ERR_NOTE_MALFORMED', 'a signature line of a note is malformed');
  return { name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

/** Signs a text with a plain Ed25519 key. */
export function signNote(text: string, name: string, signer: Signer): Note {
  const { keyId } = verifierKey(name, signer.peerId);
  return { text, signatures: [{ name, keyId, signature: signer.sign(utf8(text)) }] };
}

/**
 * The keys, of those given, that have signed a note. Signatures of unknown keys are ignored.
 *
 * @throws {LogError} ERR_NOTE_SIGNATURE if a signature that a known key should have made is not valid.
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): VerifierKey[] {
  return keys.filter(key => {
    const own = note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
    if (own.length === 0) return false;
    for (const { signature } of own)
      if (!isSignatureOf(key, note.text, signature))
        throw new LogError('ERR_NOTE_SIGNATURE', `the signature of \`${key.name}\` does not fit this note`);
    return true;
  });
}

function isSignatureOf({ type, peerId }: VerifierKey, text: string, signature: Uint8Array): boolean {
  if (type === KeyType.ed25519) return verifySignature(peerId, utf8(text), signature);
  const time = timeOfCosignature(signature);
  return time !== undefined && verifySignature(peerId, cosignedMessage(text, time), signature.subarray(8));
}

/** Seconds since 1970 that a cosignature (0x04) states. */
function timeOfCosignature(signature: Uint8Array): number | undefined {
  if (signature.length !== 72) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  return time <= Number.MAX_SAFE_INTEGER ? Number(time) : undefined;
}

/** What a witness signs: C2SP `tlog-cosignature`, type 0x04. */
const cosignedMessage = (text: string, seconds: number): Uint8Array =>
  utf8(`cosignature/v1\ntime ${seconds}\n${text}`);

/** @param seconds Since 1970: when the witness saw the note. */
export function cosign(text: string, name: string, signer: Signer, seconds: number): NoteSignature {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(seconds));
  const signature = concat(time, signer.sign(cosignedMessage(text, seconds)));
  return { name, keyId: verifierKey(name, signer.peerId, KeyType.cosignature).keyId, signature };
}

function hasNoControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 && text[i] !== '\n') return false;
  return text.isWellFormed();
}
