import { CborReader, CborWriter } from '../../interpreter/index.ts';
import type { Particle } from '../particle.ts';
import { WireError } from './errors.ts';
import { readTagged } from './fields.ts';

/** The name of the format, and its version. */
const TAG = 'beryl/particle/1';
const FIELDS = 8;
/** Bytes of a peer id. */
const PEER_ID_BYTES_MAX = 128;
const ID_BYTES_MAX = 4096;
const SIGNATURE_BYTES = 64;

/**
 * A particle as bytes: one particle has one encoding. The data is what `execute` gave; it has a format of its own.
 *
 * @throws {TypeError} If a text is not well-formed Unicode: `verifyParticle` refuses such a particle.
 * @spec docs/spec/wire.md#particle
 */
export function encodeParticle(particle: Particle): Uint8Array {
  const { id, initPeerId, timestamp, ttl, script, signature, data } = particle;
  if (![id, initPeerId, script].every(text => text.isWellFormed()))
    throw new TypeError('encodeParticle: a text is not well-formed Unicode');
  const writer = new CborWriter();
  writer.array(FIELDS);
  writer.text(TAG);
  writer.text(id);
  writer.text(initPeerId);
  writer.uint(timestamp);
  writer.uint(ttl);
  writer.text(script);
  writer.bytes(signature);
  writer.bytes(data);
  return writer.finish();
}

/**
 * Reads a particle. Only the form is checked here. Call `verifyParticle` on what comes from others, as a peer does when it admits a particle.
 *
 * @returns The data is a view of `bytes`, not a copy.
 * @throws {WireError} For any other bytes.
 * @spec docs/spec/wire.md#particle
 */
export function decodeParticle(bytes: Uint8Array): Particle {
  const reader = new CborReader(bytes);
  return readTagged(reader, TAG, FIELDS, () => {
    const particle = {
      id: reader.text(ID_BYTES_MAX),
      initPeerId: reader.text(PEER_ID_BYTES_MAX),
      timestamp: reader.uint(),
      ttl: reader.uint(),
      script: reader.text(),
      signature: reader.bytes(SIGNATURE_BYTES, SIGNATURE_BYTES).slice(),
      data: reader.bytes(),
    };
    if (particle.id === '') throw new WireError('ERR_WIRE_FIELD', `\`${TAG}\`: the id is empty`);
    return particle;
  });
}
