// Goal:    to make a peer take a frame a second time.
// Means:   frames that were copied from the bus; a peer that has restarted; a memory that is full.
// Refused: by `peer/envelopes/replay-window.ts`: nonces are kept in the store, and none is forgotten while it counts.
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../peer/index.ts';
import { ReplayWindow } from '../../peer/envelopes/replay-window.ts';
import { BusStage } from '../support/bus-stage.ts';
import { idOf } from '../support/cast.ts';

async function played() {
  const world = new BusStage();
  const store = memoryStore();
  const bob = await world.host('bob', { store });
  const alice = await world.host('alice');
  expect(await world.call(alice, 'bob')).toBe('done 1');
  return { world, store, bob, alice, copied: world.request('alice', 'bob') };
}

describe('a copied frame', () => {
  it('is refused', async () => {
    const { world, bob, copied } = await played();
    await world.stage.end(world.bus.publish(copied.from, copied.to, copied.bytes));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_REPLAYED']);
    expect(bob.calls()).toBe(1);
  });

  it('is refused after a restart', async () => {
    const { world, store, bob, copied } = await played();
    await world.stage.end(bob.peer.stop());
    const again = await world.host('bob', { store });
    await world.stage.end(world.bus.publish(copied.from, copied.to, copied.bytes));
    expect(again.codes()).toEqual(['ERR_ENVELOPE_REPLAYED']);
    expect(again.calls()).toBe(0);
  });

  it('is refused when its nonce is forgotten, because it has expired by then', async () => {
    const { world, bob, copied } = await played();
    await world.stage.pass(100_000);
    await world.stage.end(world.bus.publish(copied.from, copied.to, copied.bytes));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_EXPIRED']);
  });

  it('is answered, and the answer is of no use to whoever copied it', async () => {
    const { world, alice, copied } = await played();
    await world.stage.end(world.bus.publish(idOf('mallory'), copied.to, copied.bytes));
    expect(alice.codes()).toEqual([]);
  });

  it('the honest twin: the same particle in a new envelope is taken, and changes nothing', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    const alice = await world.host('alice');
    let lost = 1;
    // The answer is lost, so alice sends again.
    world.bus.tap(({ kind, to, bytes }) =>
      kind === 'answer' && to === idOf('alice') && lost-- > 0 ? undefined : bytes,
    );
    expect(await world.call(alice, 'bob')).toBe('done 1');
    await world.stage.pass(5000);
    expect(bob.codes()).toEqual([]);
    expect(bob.calls()).toBe(1);
  });
});

describe('a window that is full', () => {
  const known = (origin: string, n: number, untilMs = 90_000) => ({ origin, nonce: `${n}`, untilMs });

  it('refuses new ones of an origin that floods, and takes those of others', () => {
    const window = new ReplayWindow({ nonces: 10, noncesPerOrigin: 4 });
    for (let n = 0; n < 4; n++) expect(window.take(known('mallory', n), 0)).toBe('taken');
    expect(window.take(known('mallory', 5), 0)).toBe('full');
    expect(window.take(known('alice', 1), 0)).toBe('taken');
    expect(window.take(known('mallory', 1), 0)).toBe('replayed');
  });

  it('refuses all when all of it is full, and forgets none', () => {
    const window = new ReplayWindow({ nonces: 3, noncesPerOrigin: 2 });
    window.take(known('a', 1), 0);
    window.take(known('b', 1), 0);
    window.take(known('c', 1), 0);
    expect(window.take(known('d', 1), 0)).toBe('full');
    for (const origin of ['a', 'b', 'c']) expect(window.take(known(origin, 1), 0)).toBe('replayed');
  });

  it('has room again once they have expired; a clock that is set back revives none', () => {
    const window = new ReplayWindow({ nonces: 2, noncesPerOrigin: 2 });
    window.take(known('a', 1), 0);
    window.take(known('a', 2), 0);
    expect(window.take(known('a', 3, 200_000), 100_000)).toBe('taken');
    expect(window.size).toBe(1);
    expect(window.take(known('a', 1), 0)).toBe('forgotten');
  });
});
