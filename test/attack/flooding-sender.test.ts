import { describe, expect, it } from 'vitest';
import { idOf, withIds } from '../support/cast.ts';
import { codesOf, particleOf, strangerAndBob } from '../support/stranger.ts';

// Goal:    bob has no room left for others, does no work for others, or loses his own data.
// Means:   a stranger hands over more than bob takes in; an init peer starts more than bob keeps; or both, by many names.
// Refused: by requireRoom (peer/ingest.ts), each limit with its code; what came before is done all the same, and kept to its end.
const many = (count: number, by = 'alice', header: object = {}) =>
  Array.from({ length: count }, (_, i) => particleOf(by, { id: `p${i}`, ...header }));
/** Bob's own service waits, so the particle stays at work. */
const waiting = {
  script: withIds('(seq (call "bob" ("counter" "add") [1]) (call "bob" ("peer" "timeout") [6000 ""]))'),
};

describe('a flood', () => {
  it('honest twin: accepts as many as the limit allows', async () => {
    const limits = { particlesPerInitPeer: 5, particles: 5, knownPerInitPeer: 5, known: 5 };
    const { counter, world, send } = strangerAndBob({ limits });
    await send(...many(5));
    expect([counter.state.count, codesOf(world)]).toEqual([5, []]);
  });

  it('of one sender: the queue is bounded, and a refusal names the sender', async () => {
    const { counter, world, send } = strangerAndBob({ limits: { waitingPerSender: 3 } });
    await send(...many(8));
    expect(counter.state.count + new Set(world.refusals.map(({ particle }) => particle.id)).size).toBe(8);
    for (const { code, from, message } of world.refusals) {
      expect([code, from]).toEqual(['ERR_PARTICLE_SENDER_BUSY', idOf('mallory')]);
      expect(message).toBe(`\`3\` particles of sender \`${idOf('mallory')}\` wait already; try again later`);
    }
    expect(counter.state.count).toBeGreaterThanOrEqual(3);
  });

  it('of one init peer: at work no more than its share, and others are not refused', async () => {
    const { bob, counter, world, send } = strangerAndBob({ limits: { particlesPerInitPeer: 3 } });
    await send(...many(5, 'alice', waiting));
    await send(particleOf('carol'));
    expect([bob.atWork, counter.state.count]).toEqual([0, 4]);
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_INIT_PEER_BUSY', 'ERR_PARTICLE_INIT_PEER_BUSY']);
  });

  it('of many init peers: the peer has a limit too', async () => {
    const { world, send } = strangerAndBob({ limits: { particles: 3 } });
    await send(
      ...['alice', 'carol', 'dave', 'mallory', 'bob'].map(name =>
        particleOf(name, { id: `of-${name}`, ...waiting }),
      ),
    );
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_PEER_BUSY', 'ERR_PARTICLE_PEER_BUSY']);
  });

  it('honest twin: particles at rest take no room of those at work', async () => {
    const { bob, counter, world, send } = strangerAndBob({
      limits: { particlesPerInitPeer: 1, particles: 1 },
    });
    for (const particle of many(20)) await send(particle);
    expect([bob.size, bob.atWork, counter.state.count, codesOf(world)]).toEqual([20, 0, 20, []]);
  });

  it.each([
    [{ knownPerInitPeer: 3 }, 'ERR_PARTICLE_INIT_PEER_FULL'],
    [{ known: 3 }, 'ERR_PARTICLE_STORE_FULL'],
    [{ storedBytes: 600 }, 'ERR_PARTICLE_STORE_FULL'],
  ])('of particles at rest: none is forgotten early, so %o refuses the newest', async (limits, code) => {
    const { bob, counter, world, send } = strangerAndBob({ limits });
    for (const particle of many(5)) await send(particle);
    const { size } = bob;
    expect(size).toBeLessThanOrEqual(3);
    expect(codesOf(world)).toEqual(Array.from({ length: 5 - size }, () => code));
    for (const particle of many(size)) await send(particle);
    expect(counter.state.count).toBe(size);
  });

  it('of copies of one particle takes no room of others, and changes nothing', async () => {
    const { bob, counter, world, send } = strangerAndBob({ limits: { knownPerInitPeer: 2 } });
    const [first, second, third] = many(3);
    await send(...Array.from({ length: 50 }, () => first!), second!);
    expect([bob.size, counter.state.count, codesOf(world)]).toEqual([2, 2, []]);
    await send(third!);
    expect(codesOf(world)).toEqual(['ERR_PARTICLE_INIT_PEER_FULL']);
  });

  it('the end of a particle’s life frees its room', async () => {
    const { bob, counter, world, send } = strangerAndBob({ limits: { knownPerInitPeer: 1 } });
    await send(particleOf('alice', { ttl: 10 }));
    await world.simulation.runToEnd();
    expect(bob.size).toBe(0);
    await send(particleOf('alice', { id: 'later' }));
    expect([counter.state.count, codesOf(world)]).toEqual([2, []]);
  });

  it('of peers on the deny list take no room', async () => {
    const { bob, world, send } = strangerAndBob({ denied: ['mallory'] });
    await send(...many(3, 'mallory'), ...many(3, 'alice'));
    expect([bob.size, new Set(codesOf(world))]).toEqual([0, new Set(['ERR_PARTICLE_DENIED'])]);
  });
});
