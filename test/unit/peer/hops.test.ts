import { describe, expect, it } from 'vitest';
import {
  encodeParticle,
  signParticle,
  splitFrame,
  verifyEnvelope,
  type EnvelopeMode,
} from '../../../peer/index.ts';
import { ReplayWindow } from '../../../peer/envelopes/replay-window.ts';
import { BusStage } from '../../support/bus-stage.ts';
import { idOf, signer } from '../../support/cast.ts';
import { hopsOver } from '../../support/hops.ts';

const particleAt = (now: number) =>
  signParticle(signer('alice'), { id: 'p', timestamp: now, ttl: 60_000, script: '(null)' });

/** Alice, in one mode, calls bob, in another. */
async function between(alices: EnvelopeMode, bobs: EnvelopeMode) {
  const world = new BusStage();
  const [bob, alice] = [
    await world.host('bob', { envelopes: bobs }),
    await world.host('alice', { envelopes: alices }),
  ];
  const result = await world.call(alice, 'bob', 20_000).catch((failure: { code: string }) => failure.code);
  return { result, alice: [...new Set(alice.codes())], bob: [...new Set(bob.codes())], events: bob.refused };
}

describe('modes of envelopes', () => {
  it.each([
    ['enforce', 'enforce', 'done 1', [], []],
    ['monitor', 'monitor', 'done 1', [], []],
    ['off', 'off', 'done 1', [], []],
    ['monitor', 'enforce', 'done 1', [], []],
    ['off', 'monitor', 'done 1', [], ['ERR_ENVELOPE_MISSING']],
    ['monitor', 'off', 'done 1', ['ERR_ENVELOPE_MISSING'], []],
  ] as const)('%s calls %s: it is served', async (alices, bobs, result, alice, bob) => {
    expect(await between(alices, bobs)).toMatchObject({ result, alice, bob });
  });

  it('off calls enforce: it is refused', async () => {
    const { result, bob, events } = await between('off', 'enforce');
    expect([result, bob]).toEqual(['ERR_STARTED_SEND', ['ERR_ENVELOPE_MISSING']]);
    expect(events[0]).toMatchObject({ isRefused: true, frameKind: 'request' });
  });

  it('monitor notes what enforce would refuse, and takes it', async () => {
    const { events } = await between('off', 'monitor');
    expect(events[0]).toMatchObject({ isRefused: false, code: 'ERR_ENVELOPE_MISSING', peerId: idOf('bob') });
  });
});

describe('a frame', () => {
  it('that is cut off is malformed', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    await world.stage.end(world.bus.publish(idOf('alice'), idOf('bob'), Uint8Array.of(0x82, 0x41)));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_MALFORMED']);
  });

  it('meets a full window: busy, so that the sender tries again', async () => {
    const world = new BusStage();
    const clock = world.stage.clock;
    const window = new ReplayWindow({ nonces: 0, noncesPerOrigin: 0 });
    const bob = hopsOver('bob', world.bus.join(), { window, clock });
    await bob.transport.start(async () => ({ status: 'accepted' }));
    const alice = hopsOver('alice', world.bus.join(), { clock });
    await alice.transport.start(async () => ({ status: 'accepted' }));
    const report = await world.stage.end(alice.transport.send(idOf('bob'), particleAt(clock.now())));
    expect(report).toMatchObject({ ok: false, kind: 'transient' });
    expect(JSON.stringify(report)).toContain('ERR_ENVELOPE_WINDOW_FULL');
  });

  it('is answered in an envelope that names the frame', async () => {
    const world = new BusStage();
    await world.host('bob');
    const alice = await world.host('alice');
    await world.call(alice, 'bob');
    const answer = world.frames.find(({ kind }) => kind === 'answer');
    const { envelope, payload } = splitFrame(answer?.bytes as Uint8Array);
    expect(verifyEnvelope(envelope, payload)).toMatchObject({ origin: idOf('bob') });
  });
});

describe('pause', () => {
  it('takes nothing new and finishes what is here; resume takes again', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    const alice = await world.host('alice');
    bob.peer.pause();
    expect(bob.peer.isPaused).toBe(true);
    const publish = () => {
      const particle = encodeParticle(particleAt(world.stage.clock.now()));
      return world.stage.end(world.bus.publish(idOf('alice'), idOf('bob'), particle));
    };
    await publish();
    let result: unknown;
    void world.call(alice, 'bob').then(value => (result = value));
    await world.stage.pass(1000);
    expect([result, bob.peer.size]).toEqual([undefined, 0]);
    const own = bob.peer.run('(null)');
    await expect(own.done).rejects.toMatchObject({ details: { code: 'ERR_PARTICLE_PAUSED' } });
    bob.peer.resume();
    await world.stage.until(() => result !== undefined);
    expect(result).toBe('done 1');
  });
});
