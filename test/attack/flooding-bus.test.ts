// Goal:    to exhaust a host with frames, or to shut others out.
// Means:   garbage, envelopes with wrong signatures, and valid envelopes by the thousand.
// Refused: by `peer/hops.ts`, which signs a bounded number of answers, and by a window with room for each origin.
import { describe, expect, it } from 'vitest';
import { encodeParticle, routeOf, sealFrame, signParticle, splitFrame } from '../../peer/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { signerOf } from '../../interpreter/index.ts';
import { BusStage } from '../support/bus-stage.ts';
import { idOf, seedOf, signer } from '../support/cast.ts';

/** Bob, who counts his signatures. */
async function countingBob(world: BusStage) {
  let signed = 0;
  const own = signerOf(seedOf('bob'));
  const secretKey = { peerId: own.peerId, sign: (message: Uint8Array) => (signed++, own.sign(message)) };
  const bob = await world.host('bob', { secretKey });
  return { bob, signed: () => signed };
}

const bombs = (world: BusStage, n: number): Uint8Array => {
  const now = world.stage.clock.now();
  const route = routeOf(idOf('bob'), 'particle', new Uint8Array(64));
  const nonce = new Uint8Array(16);
  new DataView(nonce.buffer).setUint32(0, n);
  return sealFrame(signer('mallory'), utf8('no particle'), { route, iatMs: now, expMs: now + 1000, nonce });
};

describe('a flood', () => {
  it('of garbage, and of frames that hold no particle, costs bob a bounded number of signatures', async () => {
    const world = new BusStage();
    const { bob, signed } = await countingBob(world);
    const sends = Array.from({ length: 500 }, (_, n) =>
      world.bus.publish(idOf('mallory'), idOf('bob'), n % 2 === 0 ? bombs(world, n) : Uint8Array.of(n % 256)),
    );
    const replies = await world.stage.end(Promise.all(sends));
    expect(replies.every(({ ok }) => ok)).toBe(true);
    expect(signed()).toBeLessThanOrEqual(100);
    expect(signed()).toBeGreaterThan(0);
    expect(bob.peer.size).toBe(0);
  });

  it('the honest twin: alice is served in the middle of it', async () => {
    const world = new BusStage();
    const { bob } = await countingBob(world);
    const alice = await world.host('alice');
    for (let n = 0; n < 300; n++) void world.bus.publish(idOf('mallory'), idOf('bob'), bombs(world, n));
    expect(await world.call(alice, 'bob')).toBe('done 1');
    expect(bob.calls()).toBe(1);
  });

  it('of particles of one sender meets the bounds of admission, and each answer is in an envelope', async () => {
    const world = new BusStage();
    const bob = await world.host('bob', { limits: { particlesPerInitPeer: 5, knownPerInitPeer: 5 } });
    const now = world.stage.clock.now();
    const sends = Array.from({ length: 50 }, (_, n) => {
      const particle = signParticle(signer('mallory'), {
        id: `p${n}`,
        timestamp: now,
        ttl: 60_000,
        script: '(null)',
      });
      const nonce = new Uint8Array(16).fill(n);
      const route = routeOf(idOf('bob'), 'particle', particle.signature);
      const times = { iatMs: now, expMs: now + 1000, nonce };
      return world.bus.publish(
        idOf('mallory'),
        idOf('bob'),
        sealFrame(signer('mallory'), encodeParticle(particle), { route, ...times }),
      );
    });
    const replies = await world.stage.end(Promise.all(sends));
    expect(bob.peer.size).toBeLessThanOrEqual(5);
    for (const reply of replies)
      expect(reply.ok && splitFrame(reply.frame).envelope.length).toBeGreaterThan(100);
  });
});
