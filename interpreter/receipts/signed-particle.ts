import { textOf } from '../../base/bytes.ts';
import type { CborReader, CborWriter } from '../cbor.ts';
import { publicKeyOfPeerId, verifySignature } from '../keys/key-pair.ts';
import { PARTICLE_TAG_BYTES, particleMessage, type SignedHeader } from '../keys/particle-message.ts';
import { ReceiptError } from './receipt-error.ts';

/** A particle's header with its signer: every record of the particle is bound to it. */
export interface SignedParticle extends SignedHeader {
  readonly initPeerId: string;
  /** 64 bytes: Ed25519 of the init peer over {@link particleMessage}. */
  readonly signature: Uint8Array;
}

const ID = /^[A-Za-z0-9_.:-]{1,256}$/;
const TTL_MAX = 0xffff_ffff;
export const PEER_ID_BYTES_MAX = 256;
/** Four times what a run takes by default: room for hosts that raise the limit. */
const SCRIPT_BYTES_MAX = 64 * 1024 * 1024;

/** `[id, init peer id, timestamp, ttl, script, signature]`. The script is under the signature itself, so all of it is needed. */
export function writeParticle(cbor: CborWriter, particle: SignedParticle): void {
  cbor.array(6);
  cbor.text(particle.id);
  cbor.text(particle.initPeerId);
  cbor.uint(particle.timestamp);
  cbor.uint(particle.ttl);
  cbor.text(particle.script);
  cbor.bytes(particle.signature);
}

export function readParticle(cbor: CborReader): SignedParticle {
  cbor.array(6, 6);
  return {
    id: cbor.text(256),
    initPeerId: cbor.text(PEER_ID_BYTES_MAX),
    timestamp: cbor.uint(),
    ttl: cbor.uint(TTL_MAX),
    script: cbor.text(SCRIPT_BYTES_MAX),
    signature: cbor.bytes(64, 64),
  };
}

/** @throws {ReceiptError} If the init peer has not signed this particle, or its signature could be read as one for another. */
export function verifySignedParticle(particle: SignedParticle): void {
  const { id, initPeerId, signature } = particle;
  if (!ID.test(id)) {
    throw new ReceiptError(
      'ERR_RECEIPT_PARTICLE',
      'the particle id is not 1 to 256 of letters, digits, `_.:-`',
    );
  }
  requireKey(initPeerId, 'the init peer');
  const message = particleMessage(particle);
  if (!verifySignature(initPeerId, message, signature)) {
    throw new ReceiptError(
      'ERR_RECEIPT_PARTICLE_SIGNATURE',
      `particle \`${id}\` is not signed by its init peer \`${initPeerId}\``,
      { initPeerId },
    );
  }
  requireOneReading(particle, message);
}

export function requireKey(peerId: string, who: string): void {
  if (publicKeyOfPeerId(peerId) === undefined) {
    throw new ReceiptError(
      'ERR_RECEIPT_KEY',
      `${who} \`${peerId.slice(0, 80)}\` is not the id of an Ed25519 key`,
      {
        peerId: peerId.slice(0, 80),
      },
    );
  }
}

/**
 * The signed bytes have no lengths in them, so an init peer could sign one message that is two particles: the end of one id is the
 * beginning of the other's timestamp. A peer's clock tells them apart; a stranger has none. So of all ways to read the message
 * as a particle with a script, the one with the shortest id counts.
 */
function requireOneReading({ id, script }: SignedHeader, message: Uint8Array): void {
  let isOnlyOne = beginsLikeScript(script);
  // Seven at most: after the eighth, the top byte of the timestamp would be a character, and the time beyond 2^53.
  for (let shorter = 1; shorter <= 7 && shorter < id.length; shorter++) {
    const time = message.subarray(PARTICLE_TAG_BYTES + id.length - shorter);
    if (time[7] !== 0 || (time[6] as number) > 0x1f) continue;
    const other = textOf(time.subarray(12));
    if (other !== undefined && beginsLikeScript(other)) isOnlyOne = false;
  }
  if (!isOnlyOne) {
    throw new ReceiptError(
      'ERR_RECEIPT_PARTICLE',
      `what was signed as particle \`${id}\` is ambiguous: not exactly one particle`,
    );
  }
}

/** True of every script, and of little else: blanks and comments, `(`, blanks and comments, a letter. */
function beginsLikeScript(text: string): boolean {
  const open = skipBlank(text, 0);
  return text[open] === '(' && /^[a-z]$/.test(text[skipBlank(text, open + 1)] ?? '');
}

function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    const character = text[at] ?? '';
    if (character === ';') {
      const end = text.indexOf('\n', at);
      if (end === -1) return text.length;
      at = end;
    } else if (character > ' ' && character < '\x80') return at;
    else if (!/^\p{White_Space}$/u.test(character)) return at;
    at += 1;
  }
}
