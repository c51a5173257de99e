import { equalBytes, toBase64url } from '../base/bytes.ts';
import { particleMessage, publicKeyOfPeerId, verifySignature, type Signer } from '../interpreter/index.ts';
import { ParticleError } from './errors.ts';
import type { PeerLimits } from './limits.ts';

/** What the init peer signs; the same on every hop. */
export interface ParticleHeader {
  /** Chosen by the init peer: letters, digits and `_.:-`. */
  readonly id: string;
  /** Base58 peer id of who started it; holds the key that verifies the signature. */
  readonly initPeerId: string;
  /** Creation, milliseconds since 1970. */
  readonly timestamp: number;
  /** Lifetime, milliseconds below 2^32. */
  readonly ttl: number;
  /** AIR. */
  readonly script: string;
  /** 64 bytes: Ed25519 of the init peer over {@link particleMessage}. Identifies the execution, as the id may be reused. */
  readonly signature: Uint8Array;
}

/** The only message between peers. `data` is not signed here: the records inside are, each by who made it. */
export interface Particle extends ParticleHeader {
  readonly data: Uint8Array;
}

const ID = /^[A-Za-z0-9_.:-]+$/;
const TTL_MAX = 0xffff_ffff;

/**
 * Makes a particle of which `signer` is the init peer. Data is empty.
 *
 * @throws {TypeError} If the signer gives no signature, such as an asynchronous one.
 */
export function signParticle(
  signer: Signer,
  header: Pick<ParticleHeader, 'id' | 'timestamp' | 'ttl' | 'script'>,
): Particle {
  const signature: unknown = signer.sign(particleMessage(header));
  if (!(signature instanceof Uint8Array)) {
    // If it is a promise, nobody awaits it: its rejection would end the process.
    new Promise(resolve => resolve(signature)).catch(() => undefined);
    throw new TypeError('the signer gave no signature of 64 bytes: it must be synchronous');
  }
  return { ...header, initPeerId: signer.peerId, signature, data: new Uint8Array(0) };
}

/** Last moment (milliseconds since 1970) at which a particle may be worked on. */
export const deadlineOf = ({ timestamp, ttl }: Pick<ParticleHeader, 'timestamp' | 'ttl'>): number =>
  timestamp + ttl;

/** One execution on one peer. */
export const particleKey = ({ signature }: Pick<ParticleHeader, 'signature'>): string =>
  toBase64url(signature);

/**
 * What must hold of a particle from outside, cheapest first; each violation has its code.
 *
 * @param known A header that was verified before: with the same one, no signature is verified again.
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
