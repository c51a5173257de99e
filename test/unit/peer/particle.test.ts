import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../../base/bytes.ts';
import { particleMessage, signerOf } from '../../../interpreter/index.ts';
import { DEFAULT_PEER_LIMITS, signParticle, verifyParticle, type Particle } from '../../../peer/index.ts';
import { signer } from '../../support/cast.ts';

const NOW = 1_700_000_000_000;
const honest = signParticle(signer('alice'), { id: 'p-1', timestamp: NOW, ttl: 7000, script: '(null)' });
const check = (particle: Particle, nowMs = NOW): void => verifyParticle(particle, nowMs, DEFAULT_PEER_LIMITS);

describe('particle signature', () => {
  it('covers the fields that Fluence signs, under a tag of Beryl', () => {
    const key = signerOf(fromBase64('7h48PQ/f1rS9TxacmgODxbD42Il9B3KC117jvOPppPE=') as Uint8Array);
    const header = {
      id: '2883f959-e9e7-4843-8c37-205d393ca372',
      timestamp: 1696934545662,
      ttl: 7000,
      script: 'abc',
    };
    const message = particleMessage(header);
    const tag = Buffer.from('beryl/particle/2');
    expect(Buffer.from(message.subarray(0, tag.length))).toEqual(tag);
    const rest = message.subarray(tag.length);
    expect(toBase64(rest)).toBe('Mjg4M2Y5NTktZTllNy00ODQzLThjMzctMjA1ZDM5M2NhMzcy/kguGYsBAABYGwAAYWJj');
    expect(toBase64(key.sign(rest))).toBe(
      'KceXDnOfqe0dOnAxiDsyWBIvUq6WHoT0ge+VMHXOZsjZvCNH7/10oufdlYfcPomfv28On6E87ZhDcHGBZcb7Bw==',
    );
    expect(signParticle(key, header).signature).toEqual(key.sign(message));
  });

  it('covers every field except the data', () => {
    expect(() => check(honest)).not.toThrow();
    expect(() => check({ ...honest, data: Uint8Array.of(1, 2, 3) })).not.toThrow();
    const changed: Partial<Particle>[] = [
      { id: 'p-2' },
      { timestamp: NOW + 1 },
      { ttl: 7001 },
      { script: '(null) ' },
      { initPeerId: signer('mallory').peerId },
      ...Array.from({ length: 64 }, (_, i) => ({
        signature: honest.signature.map((byte, at) => (at === i ? byte ^ 1 : byte)),
      })),
    ];
    for (const change of changed) {
      expect(() => check({ ...honest, ...change })).toThrow(
        expect.objectContaining({ code: 'ERR_PARTICLE_SIGNATURE' }),
      );
    }
  });
});

describe('admission of particles', () => {
  const sign = (header: Partial<Particle>): Particle =>
    signParticle(signer('alice'), { id: 'p-1', timestamp: NOW, ttl: 7000, script: '(null)', ...header });
  it.each<[string, Particle, number, string]>([
    ['an empty id', sign({ id: '' }), NOW, 'ERR_PARTICLE_ID'],
    ['a path as id', sign({ id: '../etc' }), NOW, 'ERR_PARTICLE_ID'],
    ['a long id', sign({ id: 'x'.repeat(257) }), NOW, 'ERR_PARTICLE_ID'],
    ['a ttl of weeks', sign({ ttl: 0xffff_ffff }), NOW, 'ERR_PARTICLE_TTL'],
    ['a timestamp in the future', sign({ timestamp: NOW + 60_001 }), NOW, 'ERR_PARTICLE_FUTURE'],
    ['an expired particle', sign({}), NOW + 7001, 'ERR_PARTICLE_EXPIRED'],
    ['an init peer id without a key', { ...honest, initPeerId: 'Qm123' }, NOW, 'ERR_PARTICLE_INIT_PEER'],
    ['a short signature', { ...honest, signature: new Uint8Array(63) }, NOW, 'ERR_PARTICLE_FIELD'],
    [
      'a script that is not a string',
      { ...honest, script: 7 as unknown as string },
      NOW,
      'ERR_PARTICLE_FIELD',
    ],
    ['a lone surrogate in the script', { ...honest, script: '\ud800' }, NOW, 'ERR_PARTICLE_FIELD'],
    ['a ttl that is not a number', { ...honest, ttl: NaN }, NOW, 'ERR_PARTICLE_FIELD'],
  ])('refuses %s', (_, particle, nowMs, code) => {
    expect(() => check(particle, nowMs)).toThrow(expect.objectContaining({ code }));
  });

  it('honest twins: a particle in its last millisecond, and a clock slightly ahead', () => {
    expect(() => check(honest, NOW + 7000)).not.toThrow();
    expect(() => check(honest, NOW - 60_000)).not.toThrow();
  });

  it('bounds script and data', () => {
    const limits = { ...DEFAULT_PEER_LIMITS, scriptSize: 6, dataSizeBytes: 2 };
    expect(() => verifyParticle({ ...honest, data: new Uint8Array(2) }, NOW, limits)).not.toThrow();
    expect(() => verifyParticle({ ...honest, data: new Uint8Array(3) }, NOW, limits)).toThrow(
      /data of `3` bytes/,
    );
    expect(() => verifyParticle({ ...honest, script: '(null) ' }, NOW, limits)).toThrow(
      /script of `7` units/,
    );
  });
});
