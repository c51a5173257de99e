// Goal:    to go on after one was put on the deny list.
// Means:   a host that is connected already; particles that wait already; other hosts that hand them over.
// Refused: by `peer/envelopes/deny-list.ts` and `peer/lifecycle.ts`: a change acts at once, by host and by init peer.
import { describe, expect, it } from 'vitest';
import { DenyList } from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { BusStage } from '../support/bus-stage.ts';
import { idOf, withIds } from '../support/cast.ts';

const mallory = idOf('mallory');

describe('a host that is denied', () => {
  it('is refused from the next frame on', async () => {
    const world = new BusStage();
    const denied = new DenyList();
    const [bob, other] = [await world.host('bob', { denied }), await world.host('mallory')];
    expect(await world.call(other, 'bob')).toBe('done 1');
    denied.set('operator', [{ peerId: mallory, role: 'host' }]);
    await expect(world.call(other, 'bob')).rejects.toThrow(/ERR_ENVELOPE_DENIED|expired/);
    expect(bob.codes()).toContain('ERR_ENVELOPE_DENIED');
    expect(bob.calls()).toBe(1);
  });

  it('gets nothing either', async () => {
    const world = new BusStage();
    const denied = new DenyList();
    const [bob] = [await world.host('bob', { denied }), await world.host('mallory')];
    denied.set('operator', [{ peerId: mallory, role: 'host' }]);
    await expect(world.call(bob, 'mallory')).rejects.toMatchObject({ code: 'ERR_STARTED_SEND' });
    expect(world.frames.filter(({ from }) => from === idOf('bob'))).toEqual([]);
  });

  it('the honest twin: is served again when it is allowed again', async () => {
    const world = new BusStage();
    const denied = new DenyList();
    const [, other] = [await world.host('bob', { denied }), await world.host('mallory')];
    denied.set('operator', [{ peerId: mallory, role: 'both' }]);
    denied.set('operator', []);
    expect(await world.call(other, 'bob')).toBe('done 1');
  });
});

describe('an init peer that is denied', () => {
  it('is refused, whoever hands its particle over', async () => {
    const world = new BusStage();
    const denied = new DenyList();
    const [bob, carol, other] = [
      await world.host('bob', { denied }),
      await world.host('carol'),
      await world.host('mallory'),
    ];
    denied.set('operator', [{ peerId: mallory, role: 'init' }]);
    const script = `(seq (call "carol" ("work" "do") []) (call "bob" ("work" "do") []))`;
    other.peer.run(withIds(script), { ttlMs: 5000 });
    await world.stage.pass(6000);
    expect([carol.calls(), bob.calls()]).toEqual([1, 0]);
  });

  it('has its particles ended that are at work', async () => {
    const world = new BusStage();
    const denied = new DenyList();
    let calls = 0;
    const never = defineService({
      id: 'never',
      functions: {
        end: { arguments: {}, guards: {}, handler: () => (calls++, new Promise<string>(() => undefined)) },
      },
    });
    const bob = await world.host('bob', { denied, services: [startService(never)] });
    const other = await world.host('mallory');
    other.peer.run(withIds('(call "bob" ("never" "end") [])'), { ttlMs: 600_000 });
    await world.stage.pass(1000);
    expect([bob.peer.atWork, calls]).toEqual([1, 1]);
    denied.set('operator', [{ peerId: mallory, role: 'init' }]);
    expect([bob.peer.atWork, bob.peer.size]).toEqual([0, 1]);
  });

  it('the honest twin: others go on', async () => {
    const world = new BusStage();
    const denied = new DenyList();
    const [, alice] = [await world.host('bob', { denied }), await world.host('alice')];
    denied.set('operator', [{ peerId: mallory, role: 'both' }]);
    expect(await world.call(alice, 'bob')).toBe('done 1');
  });
});

it('the honest twin: a list that names no peer is refused whole, and the list before it stays', () => {
  const denied = new DenyList();
  denied.set('file', [{ peerId: mallory, role: 'both' }]);
  expect(() => denied.set('file', [{ peerId: 'mallory', role: 'both' }])).toThrow(/names peers by id/);
  expect(denied.has(mallory, 'host')).toBe(true);
});
