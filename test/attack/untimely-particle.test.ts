import { describe, expect, it } from 'vitest';
import { codesOf, NOW, particleOf, strangerAndBob } from '../support/stranger.ts';

// Goal:    bob works on what is over, keeps something for ever, or learns of it before it is so.
// Means:   the init peer signs a particle of the past or the future, or one of a life without end.
// Refused: by verifyParticle (peer/particle.ts), each with its code.
const TTL_MAX = 24 * 60 * 60 * 1000;
const SKEW_MAX = 60_000;

describe('a particle that is not of now', () => {
  it.each([
    ['shortly before its end', { timestamp: NOW - 7000, ttl: 7010 }],
    ['by a clock that is a minute ahead', { timestamp: NOW + SKEW_MAX }],
    ['of the longest life', { ttl: TTL_MAX }],
  ])('honest twin: %s', async (_, header) => {
    const { counter, world, send } = strangerAndBob();
    await send(particleOf('alice', header));
    expect([counter.state.count, codesOf(world)]).toEqual([1, []]);
  });

  it.each([
    ['over', { timestamp: NOW - 7001 }, 'ERR_PARTICLE_EXPIRED'],
    ['of no life', { timestamp: NOW - 1, ttl: 0 }, 'ERR_PARTICLE_EXPIRED'],
    ['of 1970', { timestamp: 0 }, 'ERR_PARTICLE_EXPIRED'],
    ['of the future', { timestamp: NOW + SKEW_MAX + 2 }, 'ERR_PARTICLE_FUTURE'],
    ['of the end of time', { timestamp: Number.MAX_SAFE_INTEGER }, 'ERR_PARTICLE_FUTURE'],
    ['of a longer life', { ttl: TTL_MAX + 1 }, 'ERR_PARTICLE_TTL'],
    ['of a life of seven weeks', { ttl: 0xffff_ffff }, 'ERR_PARTICLE_TTL'],
  ])('is not run: %s', async (_, header, code) => {
    const { bob, counter, world, send } = strangerAndBob();
    await send(particleOf('alice', header));
    expect(codesOf(world)).toEqual([code]);
    expect([counter.state.count, world.steps.length, bob.size]).toEqual([0, 0, 0]);
  });
});
