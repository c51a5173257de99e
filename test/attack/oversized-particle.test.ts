import { describe, expect, it } from 'vitest';
import type { Particle } from '../../peer/index.ts';
import { codesOf, NOW, particleOf, strangerAndBob } from '../support/stranger.ts';

// Goal:    bob holds more than he has room for, or falls over a field.
// Means:   a stranger sends things that are too large, of the wrong type, or half there.
// Refused: by verifyParticle (peer/particle.ts), cheapest first: before a signature is verified.
const LIMITS = { scriptSize: 100, dataSizeBytes: 100, idLength: 10 };
const honest = particleOf('mallory', { script: '(null)' });

describe('a particle that is too large, or none', () => {
  it('honest twin: as large as it may be', async () => {
    const { world, send } = strangerAndBob({ limits: LIMITS });
    const script = `(null)${' '.repeat(94)}`;
    await send(particleOf('mallory', { id: 'x'.repeat(10), script }));
    expect([world.steps.length, codesOf(world)]).toEqual([1, []]);
  });

  it.each<[string, Particle, string]>([
    ['its script', particleOf('mallory', { script: `(null)${' '.repeat(95)}` }), 'ERR_PARTICLE_SCRIPT_SIZE'],
    ['its data', { ...honest, data: new Uint8Array(101) }, 'ERR_PARTICLE_DATA_SIZE'],
    ['its id', particleOf('mallory', { id: 'x'.repeat(11), script: '(null)' }), 'ERR_PARTICLE_ID'],
  ])('is not run: %s is too large', async (_, particle, code) => {
    const { world, bob, send } = strangerAndBob({ limits: LIMITS });
    await send(particle);
    expect([codesOf(world), world.steps.length, bob.size]).toEqual([[code], 0, 0]);
  });

  it.each<[string, object, string]>([
    ['an empty id', { id: '' }, 'ERR_PARTICLE_ID'],
    ['an id that is a path', { id: '../data' }, 'ERR_PARTICLE_ID'],
    ['an id of two lines', { id: 'a\nb' }, 'ERR_PARTICLE_ID'],
    ['an id that is not text', { id: 7 }, 'ERR_PARTICLE_FIELD'],
    ['no script', { script: undefined }, 'ERR_PARTICLE_FIELD'],
    ['a script of half a character', { script: '\ud800' }, 'ERR_PARTICLE_FIELD'],
    ['an init peer that is not text', { initPeerId: {} }, 'ERR_PARTICLE_FIELD'],
    ['a time that is not a number', { timestamp: String(NOW) }, 'ERR_PARTICLE_FIELD'],
    ['a time that is not a time', { timestamp: NaN }, 'ERR_PARTICLE_FIELD'],
    ['a time before 1970', { timestamp: -1 }, 'ERR_PARTICLE_FIELD'],
    ['a time of a fraction', { timestamp: NOW + 0.5 }, 'ERR_PARTICLE_FIELD'],
    ['a life that is infinite', { ttl: Infinity }, 'ERR_PARTICLE_FIELD'],
    ['a life beyond 2^32', { ttl: 2 ** 32 }, 'ERR_PARTICLE_FIELD'],
  ])('is not run: %s', async (_, change, code) => {
    const { world, bob, send } = strangerAndBob();
    await send({ ...honest, ...change } as Particle);
    expect([codesOf(world), world.steps.length, bob.size]).toEqual([[code], 0, 0]);
  });
});
