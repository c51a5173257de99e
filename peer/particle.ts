import { equalBytes, toBase64url } from '../base/bytes.ts';
import {
  isMadeHere,
  particleMessage,
  publicKeyOfPeerId,
  verifySignature,
  type Signer,
} from '../interpreter/index.ts';
import { ParticleError } from './errors.ts';
import type { PeerLimits } from './limits.ts';

/** The part that the init peer signs; equal on every hop. */
export interface ParticleHeader {
  /** Chosen by the init peer: letters, digits and `_.:-`. */
  readonly id: string;
  /** Base58 peer id of the peer that started it. It contains the key that verifies the signature. */
  readonly initPeerId: string;
  /** Creation, milliseconds since 1970. */
  readonly timestamp: number;
  /** Lifetime, milliseconds below 2^32. */
  readonly ttl: number;
  /** AIR. */
  readonly script: string;
  /** 64 bytes: Ed25519 of the init peer over {@link particleMessage}. It identifies the execution; an id may be used again. */
  readonly signature: Uint8Array;
}

/** The only message between peers. This signature does not cover `data`: each record inside is signed by the peer that made it. */
export interface Particle extends ParticleHeader {
  readonly data: Uint8Array;
}

const ID = /^[A-Za-z0-9_.:-]+$/;
const TTL_MAX = 0xffff_ffff;

/** What a particle is made of. */
export type NewParticle = Pick<ParticleHeader, 'id' | 'timestamp' | 'ttl' | 'script'>;

/**
 * Makes a particle with `signer` as its init peer and empty data.
 *
 * @throws {TypeError} If the signer gives no signature of its peer over the particle, such as an asynchronous one.
 */
export function signParticle(signer: Signer, header: NewParticle): Particle {
  const message = particleMessage(header);
  const signature: unknown = signer.sign(message.slice());
  const isRight =
    isMadeHere(signer) ||
    (signature instanceof Uint8Array && verifySignature(signer.peerId, message, signature));
  if (!isRight) {
    // A promise is not awaited here: its rejection would end the process.
    new Promise(resolve => resolve(signature)).catch(() => undefined);
    throw new TypeError('the signer gave no signature of its peer over the particle: it must be synchronous');
  }
  return particleOf(header, signer.peerId, signature as Uint8Array);
}

export const particleOf = (header: NewParticle, initPeerId: string, signature: Uint8Array): Particle => ({
  ...header,
  initPeerId,
  signature,
  data: new Uint8Array(0),
});

/** Last moment (milliseconds since 1970) at which a particle may be worked on. */
export const deadlineOf = ({ timestamp, ttl }: Pick<ParticleHeader, 'timestamp' | 'ttl'>): number =>
  timestamp + ttl;

/** One execution on one peer. */
export const particleKey = ({ signature }: Pick<ParticleHeader, 'signature'>): string =>
  toBase64url(signature);

/**
 * Checks a particle from another peer, cheapest check first; each violation has its code.
 *
 * @param known A header that was verified before. If it is equal, the signature is not verified again.
 * @throws {ParticleError}
 */
export function verifyParticle(
  particle: Particle,
  nowMs: number,
  limits: PeerLimits,
  known?: ParticleHeader,
): void {
  requireFields(particle);
  const { id, initPeerId, timestamp, ttl, script, signature, data } = particle;
  if (id.length > limits.idLength || !ID.test(id)) {
    throw refusal(
      'ERR_PARTICLE_ID',
      `particle id must be 1 to ${limits.idLength} of letters, digits, \`_.:-\``,
    );
  }
  if (script.length > limits.scriptSize) {
    throw refusal(
      'ERR_PARTICLE_SCRIPT_SIZE',
      `script of \`${script.length}\` units is over \`${limits.scriptSize}\``,
    );
  }
  if (data.length > limits.dataSizeBytes) {
    throw refusal(
      'ERR_PARTICLE_DATA_SIZE',
      `data of \`${data.length}\` bytes is over \`${limits.dataSizeBytes}\``,
    );
  }
  if (ttl > limits.ttlMs)
    throw refusal('ERR_PARTICLE_TTL', `ttl of \`${ttl}\` ms is over \`${limits.ttlMs}\` ms`);
  if (timestamp > nowMs + limits.clockSkewMs) {
    throw refusal(
      'ERR_PARTICLE_FUTURE',
      `particle \`${id}\` claims to be made \`${timestamp - nowMs}\` ms from now`,
    );
  }
  if (nowMs > deadlineOf(particle)) {
    throw refusal(
      'ERR_PARTICLE_EXPIRED',
      `particle \`${id}\` expired \`${nowMs - deadlineOf(particle)}\` ms ago`,
    );
  }
  if (known !== undefined && isSameHeader(particle, known)) return;
  if (publicKeyOfPeerId(initPeerId) === undefined) {
    throw refusal(
      'ERR_PARTICLE_INIT_PEER',
      `init peer \`${initPeerId.slice(0, 80)}\` is not the id of an Ed25519 key`,
    );
  }
  if (!verifySignature(initPeerId, particleMessage(particle), signature)) {
    throw refusal(
      'ERR_PARTICLE_SIGNATURE',
      `particle \`${id}\` is not signed by its init peer \`${initPeerId}\``,
    );
  }
}

const isSameHeader = (a: ParticleHeader, b: ParticleHeader): boolean =>
  a.id === b.id &&
  a.initPeerId === b.initPeerId &&
  a.timestamp === b.timestamp &&
  a.ttl === b.ttl &&
  a.script === b.script &&
  equalBytes(a.signature, b.signature);

export function requireFields(particle: Particle): void {
  const { id, initPeerId, timestamp, ttl, script, signature, data } = particle;
  const isWellFormed =
    typeof id === 'string' &&
    typeof initPeerId === 'string' &&
    Number.isSafeInteger(timestamp) &&
    timestamp >= 0 &&
    Number.isSafeInteger(ttl) &&
    ttl >= 0 &&
    ttl <= TTL_MAX &&
    typeof script === 'string' &&
    script.isWellFormed() &&
    signature instanceof Uint8Array &&
    signature.length === 64 &&
    data instanceof Uint8Array;
  if (!isWellFormed)
    throw refusal('ERR_PARTICLE_FIELD', 'a field of the particle is missing or of the wrong type');
}

const refusal = (code: ParticleError['code'], message: string): ParticleError =>
  new ParticleError(code, message);
