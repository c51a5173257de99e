// Goal:    to make a peer take what was meant for another, or another particle than the one that was sent.
// Means:   frames of honest hosts, delivered elsewhere, or with parts of one put into another.
// Refused: by `peer/envelopes/hop-gate.ts`: the signed route names the receiver and the particle.
import { describe, expect, it } from 'vitest';
import { CborWriter } from '../../interpreter/index.ts';
import { encodeParticle, routeOf, sealFrame, signParticle, splitFrame } from '../../peer/index.ts';
import { BusStage } from '../support/bus-stage.ts';
import { idOf, signer } from '../support/cast.ts';

function frameOf(envelope: Uint8Array, payload: Uint8Array): Uint8Array {
  const writer = new CborWriter();
  writer.array(2);
  writer.bytes(envelope);
  writer.bytes(payload);
  return writer.finish();
}

describe('a frame from alice to bob', () => {
  it('is refused by carol', async () => {
    const world = new BusStage();
    const [, carol, alice] = [await world.host('bob'), await world.host('carol'), await world.host('alice')];
    await world.call(alice, 'bob');
    const { from, bytes } = world.request('alice', 'bob');
    await world.stage.end(world.bus.publish(from, idOf('carol'), bytes));
    expect(carol.codes()).toEqual(['ERR_ENVELOPE_ROUTE']);
    expect(carol.peer.size).toBe(0);
  });

  it('is refused with the payload of another frame', async () => {
    const world = new BusStage();
    const [bob, alice] = [await world.host('bob'), await world.host('alice')];
    await world.call(alice, 'bob');
    const first = splitFrame(world.request('alice', 'bob').bytes);
    await world.call(alice, 'bob');
    const second = splitFrame(world.request('alice', 'bob').bytes);
    await world.stage.end(
      world.bus.publish(idOf('alice'), idOf('bob'), frameOf(first.envelope, second.payload)),
    );
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_PAYLOAD']);
  });

  it('is refused when its envelope was made for another particle', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    const now = world.stage.clock.now();
    const particleOf = (id: string) =>
      signParticle(signer('alice'), { id, timestamp: now, ttl: 60_000, script: '(null)' });
    const route = routeOf(idOf('bob'), 'particle', particleOf('one').signature);
    const times = { iatMs: now, expMs: now + 1000, nonce: new Uint8Array(16) };
    const frame = sealFrame(signer('alice'), encodeParticle(particleOf('two')), { route, ...times });
    await world.stage.end(world.bus.publish(idOf('alice'), idOf('bob'), frame));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_ROUTE']);
    expect(bob.peer.size).toBe(0);
  });

  it('the honest twin: is taken by bob', async () => {
    const world = new BusStage();
    const [bob, alice] = [await world.host('bob'), await world.host('alice')];
    expect(await world.call(alice, 'bob')).toBe('done 1');
    expect(bob.codes()).toEqual([]);
  });
});
