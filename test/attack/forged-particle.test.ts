import { describe, expect, it } from 'vitest';
import { particleMessage, peerIdOf } from '../../interpreter/index.ts';
import type { Particle } from '../../peer/index.ts';
import { idOf, signer } from '../support/cast.ts';
import { codesOf, NOW, particleOf, strangerAndBob } from '../support/stranger.ts';

// Goal:    bob does something that its init peer never asked for, or that nobody did.
// Means:   a stranger signs with her own key in another's name, with a key of nobody, or not at all.
// Refused: by verifyParticle (peer/particle.ts), before the script is read.
const mallorys = particleOf('mallory');

describe('a particle that its init peer has not signed', () => {
  it('honest twin: in her own name mallory may ask', async () => {
    const { counter, world, send } = strangerAndBob();
    await send(mallorys);
    expect([counter.state.count, codesOf(world)]).toEqual([1, []]);
  });

  it.each<[string, Particle, string]>([
    ['signed by mallory for alice', { ...mallorys, initPeerId: idOf('alice') }, 'ERR_PARTICLE_SIGNATURE'],
    ['signed by mallory for bob', { ...mallorys, initPeerId: idOf('bob') }, 'ERR_PARTICLE_SIGNATURE'],
    ['another script', { ...mallorys, script: `${mallorys.script} ` }, 'ERR_PARTICLE_SIGNATURE'],
    ['another id', { ...mallorys, id: 'q' }, 'ERR_PARTICLE_SIGNATURE'],
    ['another time', { ...mallorys, timestamp: NOW - 1 }, 'ERR_PARTICLE_SIGNATURE'],
    ['another life', { ...mallorys, ttl: 7001 }, 'ERR_PARTICLE_SIGNATURE'],
    ['no signature', { ...mallorys, signature: new Uint8Array(64) }, 'ERR_PARTICLE_SIGNATURE'],
    [
      'a signature of the id alone',
      { ...mallorys, signature: signer('mallory').sign(Buffer.from('p')) },
      'ERR_PARTICLE_SIGNATURE',
    ],
    ['a short signature', { ...mallorys, signature: mallorys.signature.subarray(1) }, 'ERR_PARTICLE_FIELD'],
    ['an init peer without a key', { ...mallorys, initPeerId: 'mallory' }, 'ERR_PARTICLE_INIT_PEER'],
    [
      'an init peer of small order',
      { ...mallorys, initPeerId: peerIdOf(new Uint8Array(32)) },
      'ERR_PARTICLE_INIT_PEER',
    ],
    ['no init peer', { ...mallorys, initPeerId: '' }, 'ERR_PARTICLE_INIT_PEER'],
  ])('is not run: %s', async (_, particle, code) => {
    const { bob, counter, world, send } = strangerAndBob();
    await send(particle);
    expect(world.refusals).toMatchObject([{ stage: 'admission', code, from: idOf('mallory') }]);
    expect([counter.state.count, world.steps.length, bob.size]).toEqual([0, 0, 0]);
  });

  it('a nonce that alice signed for somebody else is not a particle of hers', async () => {
    // Any protocol that has a key sign what the other side chose would do: the bytes are a particle's, but for the tag.
    const { counter, world, send } = strangerAndBob();
    const { data, signature: _, ...header } = particleOf('alice', { id: 'nonce' });
    const nonce = particleMessage(header).subarray('beryl/particle/2'.length);
    await send({ ...header, data, signature: signer('alice').sign(nonce) });
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_SIGNATURE']);
    await send({ ...header, data, signature: signer('alice').sign(particleMessage(header)) });
    expect(codesOf(world)).toHaveLength(1);
    expect(counter.state.count).toBe(1);
  });

  it('what moves between id and time is not the same particle', async () => {
    // The signed bytes have no lengths: `p1` at one time could be `p` at another, if ids and times allowed it.
    const { world, send } = strangerAndBob();
    const { id, ...rest } = particleOf('mallory', { id: 'p1' });
    const time = new DataView(new ArrayBuffer(8));
    time.setUint8(0, '1'.charCodeAt(0));
    time.setBigUint64(0, (BigInt(NOW) << 8n) | BigInt('1'.charCodeAt(0)), true);
    await send({ ...rest, id: id.slice(0, 1), timestamp: Number(time.getBigUint64(0, true)) });
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_FUTURE']);
  });
});
