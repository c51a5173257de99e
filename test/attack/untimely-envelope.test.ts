// Goal:    to keep a frame and have it taken later, or to make one that can be taken for ever.
// Means:   frames that were held back; envelopes with times of one's own choice.
// Refused: by `peer/envelopes/hop-gate.ts`: a life is at most 60 s, and clocks may differ by 60 s.
import { describe, expect, it } from 'vitest';
import { encodeParticle, routeOf, sealFrame, signParticle } from '../../peer/index.ts';
import { BusStage } from '../support/bus-stage.ts';
import { idOf, signer } from '../support/cast.ts';

async function sendAt(iatAfterMs: number, lifeMs: number) {
  const world = new BusStage();
  const bob = await world.host('bob');
  const now = world.stage.clock.now();
  const header = { id: 'p', timestamp: now, ttl: 600_000, script: '(null)' };
  const particle = signParticle(signer('mallory'), header);
  const iatMs = now + iatAfterMs;
  const frame = sealFrame(signer('mallory'), encodeParticle(particle), {
    route: routeOf(idOf('bob'), 'particle', particle.signature),
    iatMs,
    expMs: iatMs + lifeMs,
    nonce: new Uint8Array(16),
  });
  await world.stage.end(world.bus.publish(idOf('mallory'), idOf('bob'), frame));
  return { bob, world };
}

describe('an envelope', () => {
  it.each([
    ['that lives for a day', 0, 86_400_000, 'ERR_ENVELOPE_LIFE'],
    ['that ended long ago', -200_000, 30_000, 'ERR_ENVELOPE_EXPIRED'],
    ['that begins in an hour', 3_600_000, 30_000, 'ERR_ENVELOPE_FUTURE'],
  ])('%s is refused', async (_, iatAfterMs, lifeMs, code) => {
    const { bob } = await sendAt(iatAfterMs, lifeMs);
    expect(bob.codes()).toEqual([code]);
    expect(bob.peer.size).toBe(0);
  });

  it('that was held back is refused, and the sender has sent another by then', async () => {
    const world = new BusStage();
    const [bob, alice] = [await world.host('bob'), await world.host('alice')];
    const held: Uint8Array[] = [];
    world.bus.tap(({ kind, to, bytes }) => {
      if (kind !== 'request' || to !== idOf('bob') || held.length > 0) return bytes;
      held.push(bytes);
      return undefined;
    });
    expect(await world.call(alice, 'bob', 600_000)).toBe('done 1');
    await world.stage.pass(120_000);
    await world.stage.end(world.bus.publish(idOf('alice'), idOf('bob'), held[0] as Uint8Array));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_EXPIRED']);
  });

  it.each([
    ['of now', 0],
    ['of a clock that is 50 s ahead', 50_000],
    ['of a clock that is 50 s behind', -50_000],
  ])('the honest twin: one %s is taken', async (_, iatAfterMs) => {
    const { bob } = await sendAt(iatAfterMs, 30_000);
    expect(bob.codes()).toEqual([]);
  });
});
