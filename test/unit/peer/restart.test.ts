import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memoryStore, signParticle, sqliteStore, type Store } from '../../../peer/index.ts';
import { defineService, startService, type CallContext } from '../../../services/index.ts';
import { idOf, signer, withIds } from '../../support/cast.ts';
import { Survivor } from '../../support/crash.ts';
import { Stage } from '../../support/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-restart-'));
afterAll(() => rmSync(folder, { recursive: true }));
const STORES: readonly [string, () => Store][] = [
  ['memory', memoryStore],
  ['SQLite', () => sqliteStore(join(folder, `${Math.random()}.sqlite`))],
];

const SCRIPT = withIds(`(seq
  (call "bob" ("work" "do") [1] x)
  (seq (call "bob" ("work" "do") [x] y) (call "alice" ("callbackSrv" "response") [x y])))`);

type Do = (call: CallContext<{ done: number[] }, 'n'>) => Promise<void> | void;

/** Alice requests two pieces of work from bob; bob starts several times over one store. */
function scene(lasting: Store, work: (life: number) => Do = () => () => undefined) {
  const stage = new Stage();
  const keys: string[] = [];
  const lives: { state: { done: readonly number[] } }[] = [];
  const service = (life: number) => {
    const instance = startService(
      defineService({
        id: 'work',
        state: { done: [] as number[] },
        functions: {
          do: {
            arguments: { n: z.number() },
            guards: {},
            async handler({ n }, call) {
              keys.push(`${call.idempotencyKey.split(':').slice(1).join(':')}=${n}`);
              const aborted = call.signal;
              await work(life)(call as CallContext<{ done: number[] }, 'n'>);
              if (aborted.aborted) throw new Error('aborted');
              call.state.done.push(n);
              return n + 1;
            },
          },
        },
      }),
    );
    lives.push(instance as (typeof lives)[number]);
    return instance;
  };
  const ports = (name: string) => ({ clock: stage.clock, transport: stage.network.join(idOf(name)) });
  let life = 0;
  const bob = new Survivor('bob', () => ({ ...ports('bob'), services: [service(life++)] }), lasting);
  const alice = new Survivor('alice', () => ports('alice'));
  return { stage, alice, bob, keys, stateOf: (which: number) => lives[which]?.state.done };
}

const forever = () => new Promise<void>(() => undefined);

describe.each(STORES)('a peer that restarts, with %s', (_, make) => {
  it('goes on first with what expires first: killed again and again, it never comes to the same few otherwise', async () => {
    const COUNT = 24;
    const { stage, alice, bob, keys } = scene(make(), life => (life === 0 ? forever : () => undefined));
    await bob.start();
    const peer = await alice.start();
    const script = (n: number): string => SCRIPT.replace('[1]', `[${n}]`);
    const runs = Array.from({ length: COUNT }, (__, n) =>
      peer.run(script(n * 10), { ttlMs: 90_000 - n * 1000 }),
    );
    // The first call keeps the others of its service waiting.
    await stage.until(() => bob.peer.atWork === COUNT);
    await stage.turns();
    await bob.crash();
    await stage.pass(100);
    await bob.start();
    await stage.end(Promise.all(runs.map(({ done }) => done)));
    const asked = keys.slice(1).map(key => Number(key.slice(key.indexOf('=') + 1)));
    const firsts = asked.filter(n => n % 10 === 0);
    expect(firsts).toEqual(Array.from({ length: COUNT }, (__, n) => (COUNT - 1 - n) * 10));
  });

  it('repeats a call that was under way at a crash, with the same key', async () => {
    const { stage, alice, bob, keys, stateOf } = scene(make(), life =>
      life === 0 ? forever : () => undefined,
    );
    await bob.start();
    const run = (await alice.start()).run(SCRIPT);
    await stage.until(() => keys.length === 1);
    await bob.crash();
    await stage.pass(100);
    await bob.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect(keys).toHaveLength(3);
    expect(keys[1]).toBe(keys[0]);
    expect(stateOf(1)).toEqual([1, 2]);
  });

  it('uses a stored answer and does not repeat the call', async () => {
    const { stage, alice, bob, keys, stateOf } = scene(make());
    await bob.start();
    // The answer and the change are stored; the process dies before the run that uses them is.
    let answers = 0;
    bob.store.before = ({ answer, particle }) => {
      if (answer !== undefined) answers += 1;
      if (answers === 1 && particle?.used.length === 1) bob.store.die();
    };
    const run = (await alice.start()).run(SCRIPT);
    await stage.until(() => answers === 1);
    await stage.turns();
    await bob.crash();
    await bob.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect(keys).toHaveLength(2);
    expect(stateOf(1)).toEqual([1, 2]);
  });

  it('drops a state change if its answer was not stored', async () => {
    const { stage, alice, bob, keys, stateOf } = scene(make());
    await bob.start();
    bob.store.before = ({ answer }) => {
      if (answer !== undefined) bob.store.die();
    };
    const run = (await alice.start()).run(SCRIPT);
    await stage.until(() => keys.length === 1);
    await stage.turns();
    expect(stateOf(0)).toEqual([]);
    await bob.crash();
    await bob.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect([keys[1], stateOf(1)]).toEqual([keys[0], [1, 2]]);
  });

  it('sends unacknowledged data again', async () => {
    const { stage, alice, bob, keys } = scene(make());
    await bob.start();
    stage.network.faults = { isCut: (from, to) => from === idOf('bob') && to === idOf('alice') };
    const run = (await alice.start()).run(SCRIPT);
    await stage.until(() => keys.length === 2);
    await stage.pass(200);
    await bob.crash();
    stage.network.faults = {};
    await bob.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect(keys).toHaveLength(2);
  });

  it('recognises copies of finished particles and repeats nothing', async () => {
    const { stage, bob, keys, stateOf } = scene(make());
    await bob.start();
    const header = { id: 'p', timestamp: stage.clock.now(), ttl: 7000 };
    const particle = signParticle(signer('alice'), {
      ...header,
      script: withIds('(call "bob" ("work" "do") [1])'),
    });
    const wire = stage.network.join(idOf('mallory'));
    expect(await stage.end(wire.send(idOf('bob'), particle))).toEqual({ ok: true });
    await stage.turns();
    await bob.peer.stop();
    await bob.start();
    expect(bob.peer.size).toBe(1);
    expect(await stage.end(wire.send(idOf('bob'), particle))).toEqual({ ok: true });
    await stage.turns();
    expect([keys.length, stateOf(1), bob.refusals]).toEqual([1, [1], []]);
    expect(bob.peer.atWork).toBe(0);
  });

  it('keeps a particle until it expires, and nothing of it afterwards', async () => {
    const { stage, alice, bob } = scene(make());
    await bob.start();
    await stage.end((await alice.start()).run(SCRIPT, { ttlMs: 5000 }).done);
    await stage.turns();
    await bob.peer.stop();
    stage.clock.after(60_000, () => undefined);
    await bob.start();
    expect(bob.peer.size).toBe(1);
    await stage.until(() => bob.peer.size === 0);
    await bob.peer.stop();
    await bob.lasting.open(idOf('bob'));
    expect(await bob.lasting.scan('', 10)).toEqual([]);
  });

  it('deletes at its start what expired in the meantime', async () => {
    const { stage, alice, bob } = scene(make());
    await bob.start();
    await stage.end((await alice.start()).run(SCRIPT, { ttlMs: 5000 }).done);
    await stage.turns();
    await bob.peer.stop();
    await stage.pass(6000);
    await bob.start();
    expect(bob.peer.size).toBe(0);
    expect(await bob.lasting.scan('', 10)).toEqual([]);
  });

  it('continues its own script: the variables are kept, the response has no receiver', async () => {
    const stage = new Stage();
    const seen: unknown[] = [];
    const anything = {
      '~standard': { version: 1, vendor: 't', validate: (value: unknown) => ({ value }) },
    } as const;
    const service = defineService({
      id: 's',
      functions: { see: { arguments: { x: anything }, guards: {}, handler: ({ x }) => void seen.push(x) } },
    });
    const ports = () => ({ clock: stage.clock, transport: stage.network.join(idOf('alice')) });
    const alice = new Survivor('alice', () => ({ ...ports(), services: [startService(service)] }), make());
    await alice.start();
    const script = withIds(`(seq (call "alice" ("peer" "timeout") [500 ""])
      (seq (call "alice" ("getDataSrv" "x") [] x)
        (seq (call "alice" ("s" "see") [x]) (call "alice" ("callbackSrv" "response") [x]))))`);
    const run = alice.peer.run(script, { handlers: { data: { x: { deep: 1 } } } });
    await stage.pass(50);
    await alice.peer.stop({ graceMs: 0 });
    await expect(run.done).rejects.toMatchObject({ code: 'ERR_STARTED_STOPPED' });
    await alice.start();
    await stage.until(() => seen.length === 1);
    await stage.turns();
    expect([seen, alice.peer.atWork]).toEqual([[{ deep: 1 }], 0]);
  });
});

describe('a peer that lost its store', () => {
  it('takes its own log back from other peers and repeats none of those calls', async () => {
    const { stage, alice, bob, keys, stateOf } = scene(memoryStore());
    const carol = new Survivor('carol', () => ({
      clock: stage.clock,
      transport: stage.network.join(idOf('carol')),
    }));
    await Promise.all([bob.start(), carol.start(), alice.start()]);
    let isHeld = true;
    stage.network.intercept(({ from, particle }) =>
      isHeld && from === idOf('carol') ? undefined : particle,
    );
    const script = withIds(`(seq (call "bob" ("work" "do") [1] x) (seq (call "carol" ("op" "identity") [x] y)
      (seq (call "bob" ("work" "do") [y] z) (call "alice" ("callbackSrv" "response") [x z]))))`);
    const run = alice.peer.run(script, { ttlMs: 60_000 });
    await stage.until(() => carol.calls.length === 1);
    await bob.crash();
    // The disk is new; the particle comes back with what bob had signed.
    const bobAgain = new Survivor('bob', () => ({
      clock: stage.clock,
      transport: stage.network.join(idOf('bob')),
      services: [serviceOf(keys)],
    }));
    await bobAgain.start();
    isHeld = false;
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect(keys.map(key => key.split('=')[1])).toEqual(['1', '2']);
    expect([stateOf(0), bobAgain.refusals, carol.refusals, alice.refusals]).toEqual([[1], [], [], []]);
  });
});

/** The scene's service on its own, without a peer. */
const serviceOf = (keys: string[]) =>
  startService(
    defineService({
      id: 'work',
      state: { done: [] as number[] },
      functions: {
        do: {
          arguments: { n: z.number() },
          guards: {},
          handler({ n }, { state, idempotencyKey }) {
            keys.push(`${idempotencyKey}=${n}`);
            state.done.push(n);
            return n + 1;
          },
        },
      },
    }),
  );

/** Bob's first call is under way, and answers when `finish` is called. */
async function sceneUnderWay() {
  let finish = (): void => undefined;
  const parts = scene(
    memoryStore(),
    life => () => (life === 0 ? new Promise(resolve => (finish = resolve)) : undefined),
  );
  await parts.bob.start();
  const run = (await parts.alice.start()).run(SCRIPT);
  await parts.stage.until(() => parts.keys.length === 1);
  return { ...parts, run, finish: () => finish() };
}

describe('stop', () => {
  it('waits for a call under way and stores its answer', async () => {
    const { stage, bob, keys, stateOf, run, finish } = await sceneUnderWay();
    const stopped = bob.peer.stop({ graceMs: 1000 });
    await stage.turns();
    finish();
    await stopped;
    await bob.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect([keys.length, stateOf(1)]).toEqual([2, [1, 2]]);
  });

  it('aborts a call after the grace time; the restart repeats it with the same key', async () => {
    const reasons: unknown[] = [];
    const { stage, alice, bob, keys } = scene(memoryStore(), life => ({ signal }) => {
      if (life > 0) return;
      return new Promise(resolve =>
        signal.addEventListener('abort', () => {
          reasons.push((signal.reason as { code: string }).code);
          resolve();
        }),
      );
    });
    await bob.start();
    const run = (await alice.start()).run(SCRIPT);
    await stage.until(() => keys.length === 1);
    const before = stage.clock.now();
    await stage.end(bob.peer.stop({ graceMs: 300 }));
    expect([reasons, stage.clock.now() - before]).toEqual([['ERR_HANDLER_STOPPED'], 300]);
    expect(bob.calls).toEqual([]);
    await bob.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect(keys[1]).toBe(keys[0]);
  });

  it('does not wait for a handler that ignores its signal, and ignores its later answer', async () => {
    const { stage, bob, stateOf, run, finish } = await sceneUnderWay();
    await stage.end(bob.peer.stop({ graceMs: 10 }));
    finish();
    await stage.turns();
    expect(stateOf(0)).toEqual([]);
    await bob.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    expect(stateOf(1)).toEqual([1, 2]);
  });

  it('refuses further particles with a code', async () => {
    const { stage, bob, keys } = scene(memoryStore(), () => forever);
    await bob.start();
    bob.peer.run(withIds('(call "bob" ("work" "do") [1])'));
    await stage.until(() => keys.length === 1);
    const stopped = bob.peer.stop({ graceMs: 500 });
    await expect(bob.peer.run('(null)').done).rejects.toMatchObject({
      code: 'ERR_STARTED_REFUSED',
      details: { code: 'ERR_PARTICLE_STOPPED' },
    });
    const header = { id: 'p', timestamp: stage.clock.now(), ttl: 7000, script: '(null)' };
    const wire = stage.network.join(idOf('mallory'));
    const report = await stage.end(wire.send(idOf('bob'), signParticle(signer('alice'), header)));
    expect(report).toMatchObject({ ok: false, kind: 'transient' });
    await stage.end(stopped);
    await bob.peer.stop();
    await expect(bob.peer.run('(null)').done).rejects.toMatchObject({ code: 'ERR_STARTED_REFUSED' });
  });

  it('leaves no timer behind', async () => {
    const { stage, alice, bob } = scene(memoryStore());
    await bob.start();
    await stage.end((await alice.start()).run(SCRIPT, { ttlMs: 86_000_000 }).done);
    await stage.turns();
    await alice.peer.stop();
    await bob.peer.stop();
    expect(stage.clock.nextDue).toBeUndefined();
  });

  it('gives up a hanging handler: the same peer starts again, and the service is free', async () => {
    const releases: (() => void)[] = [];
    const { stage, alice, bob, keys, stateOf } = scene(
      memoryStore(),
      () => () => (releases.length === 0 ? new Promise(resolve => releases.push(resolve)) : undefined),
    );
    await bob.start();
    const run = (await alice.start()).run(SCRIPT);
    await stage.until(() => keys.length === 1);
    await stage.end(bob.peer.stop({ graceMs: 10 }));
    await bob.peer.start();
    expect(await stage.end(run.done)).toEqual([2, 3]);
    releases[0]?.();
    await stage.turns();
    expect([keys[1], stateOf(0)]).toEqual([keys[0], [1, 2]]);
  });

  it('can be followed by a start of the same peer', async () => {
    const { stage, alice, bob, stateOf } = scene(memoryStore());
    await bob.start();
    await alice.start();
    await expect(alice.peer.start()).rejects.toThrow(TypeError);
    await bob.peer.stop();
    await bob.peer.start();
    expect(await stage.end(alice.peer.run(SCRIPT).done)).toEqual([2, 3]);
    expect(stateOf(0)).toEqual([1, 2]);
  });
});

describe('an observer', () => {
  it('receives a run or a call only after the store has kept it', async () => {
    const { stage, alice, bob } = scene(memoryStore());
    await bob.start();
    const told: string[] = [];
    bob.store.before = ({ particle, answer }) => {
      if (particle) told.push(`store run, told ${bob.steps.length}`);
      if (answer) told.push(`store answer, told ${bob.calls.length}`);
    };
    await stage.end((await alice.start()).run(SCRIPT).done);
    expect(told.slice(0, 4)).toEqual([
      'store run, told 0',
      'store answer, told 0',
      'store run, told 1',
      'store answer, told 1',
    ]);
  });
});
