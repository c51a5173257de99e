import { concat, equalBytes, toBase64url, utf8 } from '../../base/bytes.ts';
import { CborError, CborReader, CborWriter, sha256, verifySignature } from '../../interpreter/index.ts';
import { EnvelopeError } from './errors.ts';

/** The name of the format, and its version. */
const TAG = 'beryl/envelope/1';
/** Stands before the signed bytes: nothing else that Beryl signs begins like this. */
const SIGNED = utf8(`${TAG}\n`);
const FIELDS = 8;
const HASH_BYTES = 32;
const NONCE_BYTES = 16;
const SIGNATURE_BYTES = 64;
const PEER_ID_BYTES_MAX = 128;
const ROUTE_BYTES_MAX = 512;
/** An envelope is small: its fields are bounded. */
const ENVELOPE_BYTES_MAX = 1024;

/** What an envelope says: this host sent bytes with this hash along this route, in this time. */
export interface EnvelopeClaims {
  /** Peer id of the host that signed. */
  readonly origin: string;
  /** `beryl://<peer id of the receiver>/<kind>/<subject>`. */
  readonly route: string;
  /** 32 bytes: SHA-256 of the payload. */
  readonly payloadHash: Uint8Array;
  /** When it was made: milliseconds since 1970. */
  readonly iatMs: number;
  /** The last moment at which it may be taken: milliseconds since 1970. */
  readonly expMs: number;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
}

/** What an envelope is about: the particle's signature, or the request that an answer answers. */
export type RouteKind = 'particle' | 'answer';

/** @param subject Signature of the particle; SHA-256 of the request's frame. */
export const routeOf = (to: string, kind: RouteKind, subject: Uint8Array): string =>
  `beryl://${to}/${kind}/${toBase64url(subject)}`;

/** An envelope, and what it covers. */
export interface SealedFrame {
  /** For `verifyEnvelope`: evidence that stands without the payload. */
  readonly envelope: Uint8Array;
  readonly payload: Uint8Array;
}

/** A key that signs at once (`Uint8Array`) or later (a promise). */
export interface FrameSigner<Made> {
  readonly peerId: string;
  sign(message: Uint8Array): Made;
}

/**
 * Signs an envelope around a payload.
 *
 * @returns The frame that travels; a promise of it if the signer answers later.
 * @spec docs/spec/envelope.md
 */
export function sealFrame<Made extends Uint8Array | Promise<Uint8Array>>(
  signer: FrameSigner<Made>,
  payload: Uint8Array,
  claims: Pick<EnvelopeClaims, 'route' | 'iatMs' | 'expMs' | 'nonce'>,
): Made {
  const all = { ...claims, origin: signer.peerId, payloadHash: sha256(payload) };
  const frameOf = (signature: Uint8Array): Uint8Array => {
    const envelope = new CborWriter();
    envelope.array(FIELDS);
    writeClaims(envelope, all);
    envelope.bytes(signature);
    const frame = new CborWriter();
    frame.array(2);
    frame.bytes(envelope.finish());
    frame.bytes(payload);
    return frame.finish();
  };
  const signature: Uint8Array | Promise<Uint8Array> = signer.sign(signedBytes(all));
  return (signature instanceof Promise ? signature.then(frameOf) : frameOf(signature)) as Made;
}

/** A frame of two items holds an envelope; payloads alone are arrays of more. */
export const isSealed = (frame: Uint8Array): boolean => frame[0] === 0x82;

/** @throws {EnvelopeError} `ERR_ENVELOPE_MISSING`, `ERR_ENVELOPE_MALFORMED`. */
export function splitFrame(frame: Uint8Array): SealedFrame {
  if (!isSealed(frame)) throw new EnvelopeError('ERR_ENVELOPE_MISSING', 'the frame has no envelope');
  return readOrRefuse(() => {
    const reader = new CborReader(frame);
    reader.array(2, 2);
    const envelope = reader.bytes(ENVELOPE_BYTES_MAX).slice();
    const payload = reader.bytes();
    reader.end();
    return { envelope, payload };
  });
}

/**
 * Reads an envelope and verifies its signature. That is all that a stranger can check: whether route, times and payload are the ones
 * that were expected is for the receiver, or a later reader of the envelope, to compare.
 *
 * @param envelope The envelope without its payload.
 * @param payload  If it is at hand: its hash is compared.
 * @throws {EnvelopeError} `ERR_ENVELOPE_MALFORMED`, `ERR_ENVELOPE_SIGNATURE`, `ERR_ENVELOPE_PAYLOAD`.
 * @example const { origin, route, iatMs } = verifyEnvelope(refused.envelope);
 */
export function verifyEnvelope(envelope: Uint8Array, payload?: Uint8Array): EnvelopeClaims {
  const { claims, signature } = readEnvelope(envelope);
  const { origin, payloadHash } = claims;
  if (!verifySignature(origin, signedBytes(claims), signature)) {
    throw new EnvelopeError(
      'ERR_ENVELOPE_SIGNATURE',
      `the envelope is not signed by its origin \`${origin}\``,
    );
  }
  if (payload !== undefined && !equalBytes(sha256(payload), payloadHash)) {
    throw new EnvelopeError('ERR_ENVELOPE_PAYLOAD', 'the payload is not the one that was signed');
  }
  return claims;
}

/** What an envelope claims, signed or not. @throws {EnvelopeError} `ERR_ENVELOPE_MALFORMED`. */
export function readEnvelope(envelope: Uint8Array): { claims: EnvelopeClaims; signature: Uint8Array } {
  return readOrRefuse(() => {
    const reader = new CborReader(envelope);
    reader.array(FIELDS, FIELDS);
    if (reader.text(TAG.length) !== TAG)
      throw new EnvelopeError('ERR_ENVELOPE_MALFORMED', `the envelope is not \`${TAG}\``);
    const claims = {
      route: reader.text(ROUTE_BYTES_MAX),
      origin: reader.text(PEER_ID_BYTES_MAX),
      payloadHash: reader.bytes(HASH_BYTES, HASH_BYTES).slice(),
      iatMs: reader.uint(),
      expMs: reader.uint(),
      nonce: reader.bytes(NONCE_BYTES, NONCE_BYTES).slice(),
    };
    const signature = reader.bytes(SIGNATURE_BYTES, SIGNATURE_BYTES).slice();
    reader.end();
    return { claims, signature };
  });
}

function writeClaims(writer: CborWriter, claims: EnvelopeClaims): void {
  const { route, origin, payloadHash, iatMs, expMs, nonce } = claims;
  writer.text(TAG);
  writer.text(route);
  writer.text(origin);
  writer.bytes(payloadHash);
  writer.uint(iatMs);
  writer.uint(expMs);
  writer.bytes(nonce);
}

function signedBytes(claims: EnvelopeClaims): Uint8Array {
  const writer = new CborWriter();
  writer.array(FIELDS - 1);
  writeClaims(writer, claims);
  return concat(SIGNED, writer.finish());
}

function readOrRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (failure) {
    if (!(failure instanceof CborError)) throw failure;
    throw new EnvelopeError(
      'ERR_ENVELOPE_MALFORMED',
      `no envelope: ${failure.message}`,
      {},
      { cause: failure },
    );
  }
}
