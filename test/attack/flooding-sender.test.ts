import { describe, expect, it } from 'vitest';
import { idOf } from '../support/cast.ts';
import { codesOf, particleOf, strangerAndBob } from '../support/stranger.ts';

// Goal:    bob has no room left for others, or does no work for others.
// Means:   a stranger hands over more than bob takes in; an init peer starts more than bob keeps; or both, by many names.
// Refused: by requireRoom (peer/ingest.ts), each limit with its code; what came before is done all the same.
const many = (count: number, by = 'alice') =>
  Array.from({ length: count }, (_, i) => particleOf(by, { id: `p${i}` }));

describe('a flood', () => {
  it('honest twin: as many as there is room for', async () => {
    const { counter, world, send } = strangerAndBob({ limits: { particlesPerInitiator: 5, particles: 5 } });
    await send(...many(5));
    expect([counter.state.count, codesOf(world)]).toEqual([5, []]);
  });

  it('of one sender: what waits is bounded, and what is refused says who sent it', async () => {
    const { counter, world, send } = strangerAndBob({ limits: { waitingPerSender: 3 } });
    await send(...many(8));
    expect(counter.state.count + world.refusals.length).toBe(8);
    for (const { code, from, message } of world.refusals) {
      expect([code, from]).toEqual(['ERR_PARTICLE_SENDER_BUSY', idOf('mallory')]);
      expect(message).toBe(`\`3\` particles of sender \`${idOf('mallory')}\` wait already; try again later`);
    }
    expect(counter.state.count).toBeGreaterThanOrEqual(3);
  });

  it('of one init peer: the rest is refused, particles of others are accepted', async () => {
    const { bob, counter, world, send } = strangerAndBob({ limits: { particlesPerInitiator: 3 } });
    await send(...many(5));
    await send(particleOf('carol'));
    expect([bob.size, counter.state.count]).toEqual([4, 4]);
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_INITIATOR_BUSY', 'ERR_PARTICLE_INITIATOR_BUSY']);
  });

  it('of many init peers: the peer has a limit too', async () => {
    const { bob, world, send } = strangerAndBob({ limits: { particles: 3 } });
    await send(...['alice', 'carol', 'dave', 'mallory', 'bob'].map(name => particleOf(name)));
    expect(bob.size).toBe(3);
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_PEER_BUSY', 'ERR_PARTICLE_PEER_BUSY']);
  });

  it('of copies of one particle takes no room of others, and changes nothing', async () => {
    const { bob, counter, world, send } = strangerAndBob({ limits: { particlesPerInitiator: 2 } });
    const [first, second, third] = many(3);
    await send(...Array.from({ length: 50 }, () => first!), second!);
    expect([bob.size, counter.state.count, codesOf(world)]).toEqual([2, 2, []]);
    await send(third!);
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_INITIATOR_BUSY']);
  });

  it('room comes back with the end of a life', async () => {
    const { bob, counter, world, send } = strangerAndBob({ limits: { particlesPerInitiator: 1 } });
    await send(particleOf('alice', { ttl: 10 }));
    await world.simulation.runToEnd();
    expect(bob.size).toBe(0);
    await send(particleOf('alice', { id: 'later' }));
    expect([counter.state.count, codesOf(world)]).toEqual([2, []]);
  });

  it('of who is on the deny list costs no room', async () => {
    const { bob, world, send } = strangerAndBob({ denied: ['mallory'] });
    await send(...many(3, 'mallory'), ...many(3, 'alice'));
    expect([bob.size, new Set(codesOf(world))]).toEqual([0, new Set(['ERR_PARTICLE_DENIED'])]);
  });
});
