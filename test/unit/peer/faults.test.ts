import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPeer, memoryStore, type PeerObserver, type Transport } from '../../../peer/index.ts';
import { defineService, startService } from '../../../services/index.ts';
import { idOf, seedOf, withIds } from '../../support/cast.ts';
import { FragileStore, Survivor } from '../../support/crash.ts';
import { Stage } from '../../support/stage.ts';
import { particleOf } from '../../support/stranger.ts';

const counter = () =>
  startService(
    defineService({
      id: 'counter',
      state: { count: 0 },
      functions: {
        add: { arguments: { by: z.int() }, guards: {}, handler: ({ by }, { state }) => (state.count += by) },
      },
    }),
  );
const ADD = withIds(
  `(seq (call "bob" ("counter" "add") [1] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`,
);

function bobOn(stage: Stage, options: { observer?: PeerObserver; transport?: Transport } = {}) {
  const store = new FragileStore(memoryStore());
  const service = counter();
  const warnings: string[] = [];
  const bob = createPeer({
    secretKey: seedOf('bob'),
    clock: stage.clock,
    transport: stage.network.join(idOf('bob')),
    services: [service],
    store,
    logger: { warn: message => void warnings.push(message) },
    ...options,
  });
  return { bob, store, service, warnings };
}

describe('a store that fails', () => {
  it.each([
    ['at the first write', ({ particle }: { particle?: object }) => particle !== undefined],
    ['when an answer is stored', ({ answer }: { answer?: object }) => answer !== undefined],
  ])('%s fails that particle with a code, and the next one succeeds', async (_, isTheOne) => {
    const stage = new Stage();
    const { bob, store, service } = bobOn(stage);
    await bob.start();
    let failures = 0;
    store.before = transaction => {
      if (failures === 0 && isTheOne(transaction)) {
        failures += 1;
        throw new Error('disk full');
      }
    };
    await expect(stage.end(bob.run(ADD).done)).rejects.toMatchObject({
      code: 'ERR_STARTED_STORE',
      message: expect.stringContaining('disk full'),
    });
    expect(service.state.count).toBe(0);
    expect(await stage.end(bob.run(ADD).done)).toBe(1);
    expect(service.state.count).toBe(1);
  });

  it('answers the sender with a code, so that the sender tries again', async () => {
    const stage = new Stage();
    const { bob, store } = bobOn(stage);
    await bob.start();
    const wire = stage.network.join(idOf('mallory'));
    const send = () => stage.end(wire.send(idOf('bob'), particleOf('mallory')));
    store.before = () => {
      throw new Error('disk full');
    };
    expect(await send()).toMatchObject({
      ok: false,
      kind: 'transient',
      reason: expect.stringMatching(/^ERR_PARTICLE_STORE: .*disk full$/),
    });
    store.before = () => undefined;
    expect(await send()).toEqual({ ok: true });
  });

  it('for a while: waiting particles continue without help, and each call runs once', async () => {
    const stage = new Stage();
    const ports = (name: string) => ({ clock: stage.clock, transport: stage.network.join(idOf(name)) });
    const service = counter();
    const bob = new Survivor('bob', () => ({ ...ports('bob'), services: [service] }));
    const alice = new Survivor('alice', () => ports('alice'));
    await Promise.all([bob.start(), alice.start()]);
    let isBroken = false;
    bob.store.before = ({ particle }) => {
      // The call is made and answered; then writes of the particle fail for three seconds.
      if (particle !== undefined && particle.used.length > 0 && !isBroken) {
        isBroken = true;
        stage.clock.after(3000, () => (bob.store.before = () => undefined));
      }
      if (isBroken) throw new Error('disk full');
    };
    const run = alice.peer.run(ADD);
    expect(await stage.end(run.done)).toBe(1);
    expect([isBroken, service.state.count, bob.calls.length]).toEqual([true, 1, 1]);
  });

  it('undoes state changes that were not stored, with all later changes built on them', async () => {
    const stage = new Stage();
    const { bob, store, service } = bobOn(stage);
    await bob.start();
    expect(await stage.end(bob.run(ADD).done)).toBe(1);
    let seen = 0;
    store.before = ({ service: write }) => {
      if (write !== undefined && (seen += 1) === 1) throw new Error('disk full');
    };
    const runs = Array.from({ length: 5 }, () => bob.run(ADD));
    const ends = await stage.end(Promise.allSettled(runs.map(({ done }) => done)));
    const answers = ends.flatMap(end => (end.status === 'fulfilled' ? [end.value] : []));
    expect(ends.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    expect(service.state.count).toBe(1 + answers.length);
    expect(answers).toEqual(answers.map((_each, i) => i + 2));
    expect(await stage.end(bob.run(ADD).done)).toBe(service.state.count);
  });

  it('cannot be opened: start rejects with its code, and can be tried again', async () => {
    const stage = new Stage();
    const lasting = memoryStore();
    await lasting.open(idOf('alice'));
    const bob = createPeer({
      secretKey: seedOf('bob'),
      clock: stage.clock,
      transport: stage.network.join(idOf('bob')),
      store: lasting,
    });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(bob.start()).rejects.toMatchObject({ code: 'ERR_STORE_PEER' });
    }
  });
});

describe('a transport that fails', () => {
  const transport = (send: Transport['send']): Transport => ({
    start: () => undefined,
    stop: () => Promise.reject(new Error('stop')),
    send,
  });
  const TO_ALICE = withIds('(call "alice" ("s" "f") [])');

  it.each<[string, Transport['send']]>([
    [
      'throws',
      () => {
        throw new Error('cable');
      },
    ],
    ['rejects', () => Promise.reject(new Error('cable'))],
    ['is transient for ever', () => Promise.resolve({ ok: false, kind: 'transient', reason: 'cable' })],
  ])('%s: the run fails with a code, and the next run succeeds', async (_, send) => {
    const stage = new Stage();
    const { bob } = bobOn(stage, { transport: transport(send) });
    await bob.start();
    const started = stage.clock.now();
    await expect(stage.end(bob.run(TO_ALICE).done)).rejects.toMatchObject({
      code: 'ERR_STARTED_SEND',
      message: expect.stringContaining('cable'),
    });
    expect(stage.clock.now() - started).toBe(3100);
    expect(await stage.end(bob.run(ADD).done)).toBe(1);
    await bob.stop();
  });

  it.each(['permanent', 'too-large'] as const)('%s: the run fails at once', async kind => {
    const stage = new Stage();
    let attempts = 0;
    const send = () => Promise.resolve({ ok: false as const, kind, reason: `${++attempts}` });
    const { bob } = bobOn(stage, { transport: transport(send) });
    await bob.start();
    const started = stage.clock.now();
    await expect(stage.end(bob.run(TO_ALICE).done)).rejects.toMatchObject({ code: 'ERR_STARTED_SEND' });
    expect([stage.clock.now() - started, attempts]).toEqual([0, 1]);
  });

  it('for a while: the particle is sent again until it is acknowledged', async () => {
    const stage = new Stage();
    const alice = new Survivor('alice', () => ({
      clock: stage.clock,
      transport: stage.network.join(idOf('alice')),
    }));
    const { bob } = bobOn(stage);
    await Promise.all([alice.start(), bob.start()]);
    stage.network.faults = { loss: 1 };
    stage.clock.after(4000, () => (stage.network.faults = {}));
    const run = alice.peer.run(ADD, { ttlMs: 20_000 });
    await expect(stage.end(run.done)).resolves.toBe(1);
  });
});

describe('an observer or a logger that fails', () => {
  it('does not disturb the run, whether it throws or rejects', async () => {
    const stage = new Stage();
    const fails = (): never => {
      throw new Error('observer');
    };
    const { bob, warnings } = bobOn(stage, {
      observer: {
        step: fails,
        call: () => Promise.reject(new Error('late')) as never,
        sent: fails,
        refused: fails,
      },
    });
    await bob.start();
    expect(await stage.end(bob.run(ADD).done)).toBe(1);
    await stage.turns();
    expect(new Set(warnings)).toEqual(new Set(['an observer has thrown']));
  });
});
