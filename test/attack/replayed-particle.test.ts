import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineService, startService } from '../../services/index.ts';
import { signParticle, type Particle } from '../../peer/index.ts';
import { idOf, signer, withIds } from '../support/cast.ts';
import { refusalsOf } from '../support/blog-world.ts';
import { World } from '../support/world.ts';

// Goal:    bob does what alice asked for a second time.
// Means:   a carrier keeps her particle and delivers it again: at once, after bob has answered, after its life.
// Refused: within its life it is the same execution, which has its records; then by verifyParticle (peer/particle.ts).
const NOW = 1_700_000_000_000;
const TTL = 1000;

function payment() {
  const account = startService(
    defineService({
      id: 'account',
      state: { paid: 0 },
      functions: {
        pay: {
          arguments: { sum: z.int() },
          guards: {},
          handler: ({ sum }, { state }) => (state.paid += sum),
        },
      },
    }),
  );
  const world = new World();
  const bob = world.add('bob', { services: [account] });
  const script = withIds('(call "bob" ("account" "pay") [100])');
  const header = { id: 'payment', timestamp: NOW, ttl: TTL, script };
  const particle = signParticle(signer('alice'), header);
  const wire = world.simulation.network.join(idOf('mallory'));
  const send = (copy: Particle): void => void wire.send(idOf('bob'), copy);
  return { world, bob, account, particle, header, send };
}

describe('a particle delivered again', () => {
  it('honest twin: alice pays twice with two particles', async () => {
    const { world, account, particle, header, send } = payment();
    send(particle);
    send(signParticle(signer('alice'), { ...header, id: 'another-payment' }));
    await world.simulation.settle();
    expect(account.state.paid).toBe(200);
  });

  it('at once, many times, is one execution', async () => {
    const { world, account, particle, send } = payment();
    for (let i = 0; i < 20; i++) send(particle);
    await world.simulation.settle();
    expect([account.state.paid, world.calls.length]).toEqual([100, 1]);
  });

  it('after bob has answered, is the same execution', async () => {
    const { world, account, particle, send } = payment();
    send(particle);
    await world.simulation.settle();
    world.simulation.clock.after(TTL / 2, () => send(particle));
    await world.simulation.settle();
    expect([account.state.paid, world.calls.length, world.refusals]).toEqual([100, 1, []]);
  });

  it('after its life, when bob has forgotten it, is refused', async () => {
    const { world, bob, account, particle, send } = payment();
    send(particle);
    await world.simulation.runToEnd();
    expect(bob.size).toBe(0);
    world.simulation.clock.after(1, () => send(particle));
    await world.simulation.runToEnd();
    expect([account.state.paid, world.calls.length]).toEqual([100, 1]);
    expect(refusalsOf(world)).toEqual(['bob refused mallory admission ERR_PARTICLE_EXPIRED']);
  });

  it('with a longer life, or a later time, is not alice’s', async () => {
    const { world, account, particle, send } = payment();
    for (const change of [{ ttl: TTL * 2 }, { timestamp: NOW + 1 }, { id: 'payment-2' }])
      send({ ...particle, ...change });
    await world.simulation.settle();
    expect(account.state.paid).toBe(0);
    expect(refusalsOf(world)).toEqual(
      Array.from({ length: 3 }, () => 'bob refused mallory admission ERR_PARTICLE_SIGNATURE'),
    );
  });
});
