// Goal:    to hand over a particle in another host's name.
// Means:   stolen credentials of the bus: mallory publishes under any name.
// Refused: by `peer/envelopes/hop-gate.ts`: an envelope counts for the host that signed it, whatever the bus says.
import { describe, expect, it } from 'vitest';
import {
  encodeParticle,
  routeOf,
  sealFrame,
  signParticle,
  splitFrame,
  verifyEnvelope,
} from '../../peer/index.ts';
import { CborReader, CborWriter } from '../../interpreter/index.ts';
import { BusStage } from '../support/bus-stage.ts';
import { idOf, signer } from '../support/cast.ts';

const TIMES = (now: number) => ({ iatMs: now, expMs: now + 30_000, nonce: new Uint8Array(16).fill(9) });

function particleOf(name: string, now: number) {
  return signParticle(signer(name), { id: 'forged', timestamp: now, ttl: 60_000, script: '(null)' });
}

/** An envelope of mallory's that names alice. */
function renamed(frame: Uint8Array): Uint8Array {
  const { envelope, payload } = splitFrame(frame);
  const reader = new CborReader(envelope);
  const writer = new CborWriter();
  writer.array(reader.array());
  writer.text(reader.text());
  writer.text(reader.text());
  reader.text();
  writer.text(idOf('alice'));
  writer.raw(envelope, reader.at);
  const whole = new CborWriter();
  whole.array(2);
  whole.bytes(writer.finish());
  whole.bytes(payload);
  return whole.finish();
}

describe('with credentials of the bus mallory', () => {
  it('cannot send without an envelope', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    const particle = particleOf('mallory', world.stage.clock.now());
    await world.stage.end(world.bus.publish(idOf('alice'), idOf('bob'), encodeParticle(particle)));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_MISSING']);
    expect(bob.peer.size).toBe(0);
  });

  it('cannot sign as alice', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    const now = world.stage.clock.now();
    const particle = particleOf('mallory', now);
    const route = routeOf(idOf('bob'), 'particle', particle.signature);
    const forged = renamed(sealFrame(signer('mallory'), encodeParticle(particle), { route, ...TIMES(now) }));
    await world.stage.end(world.bus.publish(idOf('alice'), idOf('bob'), forged));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_SIGNATURE']);
    expect(bob.refused[0]).toMatchObject({
      isRefused: true,
      claimedOrigin: idOf('alice'),
      frameKind: 'request',
    });
    expect(bob.peer.size).toBe(0);
  });

  it('cannot send as mallory over a connection that is authenticated as alice', async () => {
    const world = new BusStage(true);
    const bob = await world.host('bob');
    const now = world.stage.clock.now();
    const particle = particleOf('mallory', now);
    const route = routeOf(idOf('bob'), 'particle', particle.signature);
    const own = sealFrame(signer('mallory'), encodeParticle(particle), { route, ...TIMES(now) });
    await world.stage.end(world.bus.publish(idOf('alice'), idOf('bob'), own));
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_ORIGIN']);
    // What was refused is evidence: mallory's signature under what she sent.
    const { envelope } = bob.refused[0] as { envelope: Uint8Array };
    expect(verifyEnvelope(envelope, encodeParticle(particle)).origin).toBe(idOf('mallory'));
  });

  it('cannot change what alice sent', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    const alice = await world.host('alice');
    let isOn = true;
    world.bus.tap(({ kind, to, bytes }) => {
      if (!isOn || kind !== 'request' || to !== idOf('bob')) return bytes;
      isOn = false;
      const changed = bytes.slice();
      changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
      return changed;
    });
    // The answer names the frame as bob got it, so alice does not believe it and sends again.
    expect(await world.call(alice, 'bob')).toBe('done 1');
    expect(bob.codes()).toEqual(['ERR_ENVELOPE_PAYLOAD']);
    expect(alice.codes()).toEqual(['ERR_ENVELOPE_ROUTE']);
  });

  it('the honest twin: what alice sends in her own name arrives', async () => {
    const world = new BusStage();
    const bob = await world.host('bob');
    const alice = await world.host('alice');
    expect(await world.call(alice, 'bob')).toBe('done 1');
    expect([...bob.codes(), ...alice.codes()]).toEqual([]);
  });
});
