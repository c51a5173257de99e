import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signParticle, type Particle } from '../../../peer/index.ts';
import { defineService, startService, type ServiceInstance } from '../../../services/index.ts';
import { idOf, signer, withIds } from '../../support/cast.ts';
import { World } from '../../support/world.ts';

const NOW = 1_700_000_000_000;

/** Counts its calls; `slow` answers after that many virtual milliseconds. */
function counter(): ServiceInstance<{ count: number }> {
  return startService(
    defineService({
      id: 'counter',
      state: { count: 0 },
      functions: {
        add: { arguments: { by: z.int() }, guards: {}, handler: ({ by }, { state }) => (state.count += by) },
      },
    }),
  );
}

describe('a started particle always settles', () => {
  it.each<[string, string, unknown]>([
    ['with the response', '(call %init_peer_id% ("callbackSrv" "response") ["hello"])', 'hello'],
    ['with all values of the response', '(call %init_peer_id% ("callbackSrv" "response") [1 2])', [1, 2]],
    ['with null for an empty response', '(call %init_peer_id% ("callbackSrv" "response") [])', null],
    ['with null when nothing is left to do', '(call %init_peer_id% ("op" "identity") [1])', null],
    [
      'with a variable',
      '(seq (call %init_peer_id% ("getDataSrv" "x") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))',
      { a: 1 },
    ],
  ])('%s', async (_, script, value) => {
    const world = new World();
    const run = world.add('alice').run(script, { handlers: { data: { x: { a: 1 } } } });
    await world.simulation.runToEnd();
    expect(await run.done).toEqual(value);
  });

  it.each<[string, string, string]>([
    [
      'the script reports an error',
      '(xor (fail 7 "no") (call %init_peer_id% ("errorHandlingSrv" "error") [:error: 0]))',
      'ERR_STARTED_SCRIPT',
    ],
    ['nothing catches an error', '(fail 7 "no")', 'ERR_STARTED_UNCAUGHT'],
    ['the script is not AIR', '(nothing', 'ERR_STARTED_INTERPRETATION'],
    ['the next peer does not exist', '(call "nobody" ("s" "f") [])', 'ERR_STARTED_SEND'],
    [
      'the response never comes',
      '(seq (never) (call %init_peer_id% ("callbackSrv" "response") []))',
      'ERR_STARTED_EXPIRED',
    ],
  ])('rejects when %s', async (_, script, code) => {
    const world = new World();
    const run = world.add('alice').run(script);
    await world.simulation.runToEnd();
    await expect(run.done).rejects.toMatchObject({ code });
  });

  it('rejects with the calls that are still awaited', async () => {
    const world = new World();
    const alice = world.add('alice');
    world.add('bob', { services: [] });
    const script = withIds(
      '(seq (call "bob" ("peer" "timeout") [9999999 ""] x) (call %init_peer_id% ("callbackSrv" "response") [x]))',
    );
    const run = alice.run(script, { ttlMs: 1000 });
    await world.simulation.runToEnd();
    await expect(run.done).rejects.toMatchObject({
      code: 'ERR_STARTED_EXPIRED',
      details: { sentTo: [idOf('bob')] },
    });
  });

  it('rejects when the peer stops', async () => {
    const world = new World();
    const alice = world.add('alice');
    const run = alice.run('(seq (never) (call %init_peer_id% ("callbackSrv" "response") []))');
    alice.stop();
    await expect(run.done).rejects.toMatchObject({ code: 'ERR_STARTED_STOPPED' });
  });

  it('answers callbacks while the particle lives', async () => {
    const world = new World();
    const seen: unknown[] = [];
    const script =
      '(seq (call %init_peer_id% ("callbackSrv" "progress") [1]) (call %init_peer_id% ("callbackSrv" "progress") [2]))';
    world.add('alice').run(script, { handlers: { callbacks: { progress: value => void seen.push(value) } } });
    await world.simulation.settle();
    expect(seen).toEqual([1, 2]);
  });

  it('refuses its variables to other particles', async () => {
    const world = new World();
    const alice = world.add('alice');
    world.add('bob');
    alice.run(withIds('(call "bob" ("getDataSrv" "x") [])'), { handlers: { data: { x: 'secret' } } });
    await world.simulation.runToEnd();
    expect(world.calls.map(({ decision }) => decision.kind)).toEqual(['refused']);
  });
});

describe('admission', () => {
  /** The report arrives after some virtual time, so the test does not await it. */
  const send = (world: World, particle: Particle): void =>
    void world.simulation.network.join(idOf('mallory')).send(idOf('bob'), particle);

  it('runs an honest particle and refuses a forged one, with its code and its sender', async () => {
    const world = new World();
    world.add('bob');
    const honest = signParticle(signer('alice'), { id: 'p', timestamp: NOW, ttl: 7000, script: '(null)' });
    send(world, honest);
    send(world, { ...honest, script: '(never)' });
    await world.simulation.settle();
    expect(world.steps).toHaveLength(1);
    expect(world.refusals).toMatchObject([
      { stage: 'admission', code: 'ERR_PARTICLE_SIGNATURE', from: idOf('mallory'), peerId: idOf('bob') },
    ]);
  });

  it('refuses a particle again after its life, so nothing can be replayed', async () => {
    const world = new World();
    const bob = world.add('bob');
    const particle = signParticle(signer('alice'), { id: 'p', timestamp: NOW, ttl: 100, script: '(null)' });
    send(world, particle);
    await world.simulation.runToEnd();
    expect(bob.size).toBe(0);
    world.simulation.clock.after(1000, () => void send(world, particle));
    await world.simulation.runToEnd();
    expect(world.refusals).toMatchObject([{ code: 'ERR_PARTICLE_EXPIRED' }]);
  });

  it('keeps two particles of one id apart', async () => {
    const world = new World();
    const bob = world.add('bob', { services: [counter()] });
    for (const by of [1, 2]) {
      const script = withIds(`(call "bob" ("counter" "add") [${by}])`);
      send(world, signParticle(signer('alice'), { id: 'same', timestamp: NOW, ttl: 7000, script }));
    }
    await world.simulation.settle();
    expect(bob.size).toBe(2);
    expect(world.calls).toHaveLength(2);
  });

  it.each<[string, object, string]>([
    ['of one init peer', { knownPerInitPeer: 2 }, 'ERR_PARTICLE_INIT_PEER_FULL'],
    ['in all', { known: 2 }, 'ERR_PARTICLE_STORE_FULL'],
  ])('bounds the particles that live %s', async (_, limits, code) => {
    const world = new World();
    const bob = world.add('bob', { limits });
    for (const id of ['a', 'b', 'c']) {
      send(world, signParticle(signer('alice'), { id, timestamp: NOW, ttl: 7000, script: '(null)' }));
    }
    await world.simulation.settle();
    expect(bob.size).toBe(2);
    expect(world.refusals).toMatchObject([{ code }]);
  });

  it('limits the waiting copies of one sender', async () => {
    const world = new World();
    world.add('bob', { limits: { waitingPerSender: 1 } });
    for (const id of ['a', 'b']) {
      send(world, signParticle(signer('alice'), { id, timestamp: NOW, ttl: 7000, script: '(null)' }));
    }
    await world.simulation.settle();
    expect(world.steps.length + world.refusals.length).toBe(2);
  });

  it('refuses particles of peers on the deny list', async () => {
    const world = new World();
    world.add('bob', { denied: [idOf('alice')] });
    send(world, signParticle(signer('alice'), { id: 'a', timestamp: NOW, ttl: 7000, script: '(null)' }));
    send(world, signParticle(signer('carol'), { id: 'b', timestamp: NOW, ttl: 7000, script: '(null)' }));
    await world.simulation.settle();
    expect(world.refusals).toMatchObject([{ code: 'ERR_PARTICLE_DENIED' }]);
    expect(world.steps).toHaveLength(1);
  });
});

describe('runs of one particle', () => {
  const many = (count: number): string => {
    let script = '(null)';
    for (let i = 0; i < count; i++) script = `(par (call "bob" ("counter" "add") [1] $s) ${script})`;
    return withIds(script);
  };

  it('calls each of 1 000 concurrent requests once, and batches their results', async () => {
    const world = new World();
    const service = counter();
    const alice = world.add('alice');
    world.add('bob', { services: [service] });
    alice.run(many(1000));
    await world.simulation.settle();
    expect(service.state).toEqual({ count: 1000 });
    expect(world.steps.length).toBeLessThan(50);
  });

  it('has the same effects with lost, repeated and reordered messages', async () => {
    const world = new World(7);
    world.simulation.network.faults = { latencyMs: [1, 50], duplication: 0.5 };
    const service = counter();
    const alice = world.add('alice');
    world.add('bob', { services: [service] });
    world.add('carol');
    alice.run(
      withIds(
        '(seq (par (call "bob" ("counter" "add") [1] x) (call "carol" ("op" "identity") [2] y)) (call "bob" ("counter" "add") [10]))',
      ),
    );
    await world.simulation.settle();
    expect(service.state).toEqual({ count: 11 });
  });

  it('keeps the results of its own services when a copy is refused', async () => {
    const world = new World();
    const bob = world.add('bob', { services: [counter()] });
    const particle = signParticle(signer('alice'), {
      id: 'p',
      timestamp: NOW,
      ttl: 7000,
      script: withIds('(seq (call "bob" ("counter" "add") [1] x) (call "bob" ("counter" "add") [x]))'),
    });
    const wire = world.simulation.network.join(idOf('mallory'));
    void wire.send(bob.peerId, particle);
    void wire.send(bob.peerId, { ...particle, data: Uint8Array.of(1, 2, 3) });
    await world.simulation.settle();
    expect(world.refusals).toMatchObject([{ stage: 'verification', code: 'ERR_RUN_2' }]);
    expect(world.calls).toHaveLength(2);
  });

  it('forgets particles after they expire', async () => {
    const world = new World();
    const bob = world.add('bob');
    for (let i = 0; i < 200; i++) bob.run('(null)', { ttlMs: 10 });
    await world.simulation.runToEnd();
    expect(bob.size).toBe(0);
    expect(world.expired).toHaveLength(200);
  });

  it('survives an observer that throws', async () => {
    const world = new World();
    const bob = world.add('bob');
    world.steps.push = () => {
      throw new Error('observer');
    };
    const run = bob.run('(call %init_peer_id% ("callbackSrv" "response") [1])');
    await world.simulation.settle();
    expect(await run.done).toBe(1);
  });
});
