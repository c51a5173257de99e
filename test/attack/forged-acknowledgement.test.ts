// Goal:    to lose a particle: the sender believes that it has arrived.
// Means:   the bus drops the frame, and answers in the receiver's place.
// Refused: by `peer/envelopes/hop-gate.ts`: an answer is signed by the peer that was asked, for this very frame.
import { describe, expect, it } from 'vitest';
import { encodeAnswer, routeOf, sealFrame, type Frame } from '../../peer/index.ts';
import { sha256 } from '../../interpreter/index.ts';
import { BusStage } from '../support/bus-stage.ts';
import { idOf, signer } from '../support/cast.ts';

const ACCEPTED = encodeAnswer({ status: 'accepted' });

/** Alice calls bob, and for `times` attempts another answers in his place. */
async function attacked(forge: (world: BusStage, request: Frame) => Uint8Array, times = 3) {
  const world = new BusStage();
  const [bob, alice] = [await world.host('bob'), await world.host('alice')];
  let left = times;
  let request: Frame | undefined;
  world.bus.tap(frame => {
    if (frame.kind === 'request' && frame.to === idOf('bob')) {
      request = frame;
      // Bytes that bob answers at once, so that there is an answer to replace.
      if (left > 0) return Uint8Array.of(0);
    }
    if (frame.kind === 'answer' && frame.to === idOf('alice') && left > 0) {
      left -= 1;
      return forge(world, request as Frame);
    }
    return frame.bytes;
  });
  const result = await world.call(alice, 'bob', 600_000);
  return { world, bob, alice, result };
}

const sealed = (name: string, to: string, request: Uint8Array, now: number): Uint8Array =>
  sealFrame(signer(name), ACCEPTED, {
    route: routeOf(idOf(to), 'answer', sha256(request)),
    iatMs: now,
    expMs: now + 1000,
    nonce: new Uint8Array(16),
  });

describe('an acknowledgement', () => {
  it('without an envelope is not believed: the particle is sent again until bob has it', async () => {
    const { alice, bob, result } = await attacked(() => ACCEPTED);
    expect(result).toBe('done 1');
    expect(alice.codes()).toEqual(Array(3).fill('ERR_ENVELOPE_MISSING'));
    expect(bob.calls()).toBe(1);
  });

  it('that mallory signs is not believed', async () => {
    const { alice, result } = await attacked((world, { bytes }) =>
      sealed('mallory', 'alice', bytes, world.stage.clock.now()),
    );
    expect(result).toBe('done 1');
    expect(alice.codes()).toEqual(Array(3).fill('ERR_ENVELOPE_ORIGIN'));
    expect(alice.refused[0]).toMatchObject({ frameKind: 'answer', claimedOrigin: idOf('mallory') });
  });

  it('that bob gave to another frame is not believed', async () => {
    let old: Uint8Array | undefined;
    const { alice, result } = await attacked(world => {
      const now = world.stage.clock.now();
      old ??= sealed('bob', 'alice', Uint8Array.of(1), now);
      return old;
    });
    expect(result).toBe('done 1');
    expect(alice.codes()).toEqual(Array(3).fill('ERR_ENVELOPE_ROUTE'));
  });

  it('that bob gave to another host is not believed', async () => {
    const { alice, result } = await attacked((world, { bytes }) =>
      sealed('bob', 'carol', bytes, world.stage.clock.now()),
    );
    expect(result).toBe('done 1');
    expect(alice.codes()).toEqual(Array(3).fill('ERR_ENVELOPE_ROUTE'));
  });

  it('a forged refusal is not believed either', async () => {
    const refused = encodeAnswer({
      status: 'refused',
      code: 'ERR_PARTICLE_DENIED',
      message: 'no',
      refusal: undefined,
    });
    const { result } = await attacked(() => refused);
    expect(result).toBe('done 1');
  });

  it('the honest twin: bob’s own answer is believed, and nothing is sent twice', async () => {
    const { world, alice, result } = await attacked(() => ACCEPTED, 0);
    expect(result).toBe('done 1');
    expect(alice.codes()).toEqual([]);
    expect(world.frames.filter(({ kind, to }) => kind === 'request' && to === idOf('bob'))).toHaveLength(1);
  });
});
