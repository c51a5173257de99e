import { describe, expect, it } from 'vitest';
import { CborReader, CborWriter } from '../../../../interpreter/cbor.ts';
import {
  readParticle,
  writeParticle,
  type SignedParticle,
} from '../../../../interpreter/receipts/signed-particle.ts';
import { NOW, particleOf } from '../../../support/stranger.ts';

const { id, initPeerId, ttl, script, signature } = particleOf('alice');
const particle: SignedParticle = { id, initPeerId, timestamp: NOW, ttl, script, signature };

function read(more: Partial<SignedParticle>): SignedParticle {
  const cbor = new CborWriter();
  writeParticle(cbor, { ...particle, ...more });
  return readParticle(new CborReader(cbor.finish()));
}

describe('the limits of a particle in a receipt', () => {
  it.each<[string, Partial<SignedParticle>, Partial<SignedParticle>]>([
    ['id', { id: 'x'.repeat(256) }, { id: 'x'.repeat(257) }],
    ['init peer id', { initPeerId: 'x'.repeat(256) }, { initPeerId: 'x'.repeat(257) }],
    ['ttl', { ttl: 2 ** 32 - 1 }, { ttl: 2 ** 32 }],
    ['timestamp', { timestamp: Number.MAX_SAFE_INTEGER }, { timestamp: 2 ** 60 }],
    ['script', { script: 'x'.repeat(64 * 2 ** 20) }, { script: 'x'.repeat(64 * 2 ** 20 + 1) }],
    ['signature, too short', {}, { signature: new Uint8Array(63) }],
    ['signature, too long', {}, { signature: new Uint8Array(65) }],
  ])('%s: read at the limit, refused above', (_, most, more) => {
    expect(read(most)).toEqual({ ...particle, ...most });
    expect(() => read(more)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_CBOR_(LENGTH|RANGE)$/) }),
    );
  });
});
