import { describe, expect, it } from 'vitest';
import {
  createPeer,
  memoryStore,
  sqliteStore,
  signParticle,
  type Store,
  type Clock,
  type Particle,
  type HopAnswer,
} from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';

// Goal:    bob, who is honest, runs a handler twice and signs two histories of one particle.
// Means:   bob's clock jumps ahead, so the particle ends and is deleted; the clock is set back, or bob restarts with it; the first copy comes again.
// Refused: by requireNotEnded (peer/ingest.ts): a particle with a deadline that has ended here is not new.
const NOW = 1_700_000_000_000;
const script = withIds('(seq (call "bob" ("account" "pay") [] x) (call "alice" ("s" "f") [x]))');
const particleOf = (id: string, ttl: number, by = 'alice'): Particle => ({
  ...signParticle(signer(by), { id, timestamp: NOW, ttl, script }),
  data: new Uint8Array(),
});

/** @param store Outlives this life of bob. */
async function bobWith(store = memoryStore(), startMs = 0) {
  let offset = startMs;
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
  let receive: (particle: Particle, from: string) => Promise<HopAnswer> = () =>
    Promise.reject(new Error('not started'));
  const account = defineService({
    id: 'account',
    functions: { pay: { arguments: {}, guards: {}, handler: () => (paid += 1) } },
  });
  const bob = createPeer({
    secretKey: seedOf('bob'),
    clock,
    store,
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

const STORES: readonly [string, () => Store][] = [
  ['memory', memoryStore],
  ['SQLite', () => sqliteStore(':memory:')],
];

/** A store in memory of SQLite ends when it is closed: for the next life it stays open. */
function lasting(store: Store): Store {
  let isOpen = false;
  return {
    ...store,
    open: async peerId => {
      if (!isOpen) await store.open(peerId);
      isOpen = true;
    },
    close: async () => undefined,
  };
}

describe.each(STORES)('a restart between the jumps, on %s', (_, make) => {
  it.each([
    ['the particle ended while bob ran', true],
    ['bob started while his clock was ahead, and swept it', false],
  ])('does not help: %s', async (_title, endsWhileRunning) => {
    const store = lasting(make());
    const first = await bobWith(store);
    await first.deliver(particleOf('p', 7000));
    if (endsWhileRunning) await first.setClock(60_000);
    await first.bob.stop();
    if (!endsWhileRunning) await (await bobWith(store, 60_000)).bob.stop();

    const { bob, paid, deliver } = await bobWith(store);
    expect(await deliver(particleOf('p', 7000))).toMatchObject({
      status: 'refused',
      code: 'ERR_PARTICLE_EXPIRED',
    });
    expect(paid()).toBe(0);
    expect((await deliver(particleOf('q', 7001))).status).toBe('accepted');
    expect(paid()).toBe(1);
    await bob.stop();
  });

  it('honest twin: without a jump the restarted peer knows the particle, and runs others', async () => {
    const store = lasting(make());
    const first = await bobWith(store);
    await first.deliver(particleOf('p', 7000));
    await first.bob.stop();
    const { bob, paid, deliver } = await bobWith(store);
    expect((await deliver(particleOf('p', 7000))).status).toBe('accepted');
    expect(paid()).toBe(0);
    expect((await deliver(particleOf('q', 6000))).status).toBe('accepted');
    expect(paid()).toBe(1);
    await bob.stop();
  });

  it('honest twin: what bob himself started while his clock was years ahead shuts nobody out', async () => {
    const store = lasting(make());
    const YEAR = 365 * 24 * 3600 * 1000;
    const first = await bobWith(store, YEAR);
    await first.bob.run('(null)', { ttlMs: 1000 }).done;
    await first.setClock(YEAR + 2000);
    expect(first.bob.size).toBe(0);
    await first.bob.stop();
    const { bob, deliver } = await bobWith(store);
    expect((await deliver(particleOf('p', 7000))).status).toBe('accepted');
    expect(await deliver(particleOf('own', 7000, 'bob'))).toMatchObject({ code: 'ERR_PARTICLE_EXPIRED' });
    await bob.stop();
  });
});
