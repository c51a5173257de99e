import { expect, it } from 'vitest';
import { createPeer, signParticle, type Clock, type Particle, type Receipt } from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';

// Goal:    bob, who is honest, runs a handler twice and signs two histories of one particle.
// Means:   bob's clock jumps ahead, so the particle ends and is deleted; the clock is set back; a carrier delivers the first copy again.
// Refused: by requireNotEnded (peer/ingest.ts): a particle with a deadline that has ended here is not new.
const NOW = 1_700_000_000_000;
const script = withIds('(seq (call "bob" ("account" "pay") [] x) (call "alice" ("s" "f") [x]))');
const particleOf = (id: string, ttl: number): Particle => ({
  ...signParticle(signer('alice'), { id, timestamp: NOW, ttl, script }),
  data: new Uint8Array(),
});

async function bobWith() {
  let offset = 0;
  let paid = 0;
  const timers = new Set<{ due: number; callback: () => void }>();
  const clock: Clock = {
    now: () => NOW + offset,
    after(ms, callback) {
      const timer = { due: clock.now() + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  let receive: (particle: Particle, from: string) => Promise<Receipt> = () =>
    Promise.reject(new Error('not started'));
  const account = defineService({
    id: 'account',
    functions: { pay: { arguments: {}, guards: {}, handler: () => (paid += 1) } },
  });
  const bob = createPeer({
    secretKey: seedOf('bob'),
    clock,
    services: [startService(account)],
    transport: {
      start: handler => void (receive = handler),
      stop: () => undefined,
      send: () => Promise.resolve({ ok: true }),
    },
  });
  await bob.start();
  const settle = () => new Promise(resolve => setTimeout(resolve, 30));
  return {
    bob,
    paid: () => paid,
    async deliver(particle: Particle) {
      const receipt = await receive(particle, idOf('alice'));
      await settle();
      return receipt;
    },
    async setClock(ms: number) {
      offset = ms;
      for (const timer of timers)
        if (timer.due <= clock.now()) {
          timers.delete(timer);
          timer.callback();
        }
      await settle();
    },
  };
}

it('honest twin: without a jump, a late copy is accepted and its call runs once', async () => {
  const { bob, paid, deliver } = await bobWith();
  expect((await deliver(particleOf('p', 7000))).status).toBe('accepted');
  expect((await deliver(particleOf('p', 7000))).status).toBe('accepted');
  expect(paid()).toBe(1);
  await bob.stop();
});

it('a copy that comes after the clock jumped ahead and back is refused; later particles run', async () => {
  const { bob, paid, deliver, setClock } = await bobWith();
  await deliver(particleOf('p', 7000));
  await setClock(60_000);
  expect(bob.size).toBe(0);
  await setClock(0);
  expect(await deliver(particleOf('p', 7000))).toMatchObject({
    status: 'refused',
    code: 'ERR_PARTICLE_EXPIRED',
  });
  expect(paid()).toBe(1);
  expect((await deliver(particleOf('q', 7001))).status).toBe('accepted');
  expect(paid()).toBe(2);
  await bob.stop();
});
