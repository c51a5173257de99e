import { describe, expect, it } from 'vitest';
import { ChannelStage, frameOf, said } from '../support/channel-stage.ts';
import { encodeFrame } from '../../services/channel/frame.ts';
import type { Direction } from '../../services/channel/frame.ts';
import { Hmac } from '../../services/channel/hmac.ts';
import { REJECTS_LOGGED_MAX, REJECTS_MAX } from '../../services/channel/limits.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    have a service perform a call that its host never made, or a host take an answer that its service never gave.
// Means:   mallory writes into the connection, with a key of her own, with or without the id of the right one.
// Refused: by the gate, `services/channel/gate.ts` (ERR_CHANNEL_MAC, ERR_CHANNEL_KEY). The connection goes on, and ends after too many (ERR_CHANNEL_FLOOD).
const CALL = JSON.stringify({
  id: 7,
  arguments: ['mallory', 100],
  service: 'bank',
  function: 'pay',
  tetraplets: [[], []],
  elementwise: [false, false],
  peerId: 'p',
  initPeerId: 'p',
  particleId: 'p',
  timestamp: 1,
  ttl: 1,
  remainingMs: 1000,
  idempotencyKey: 'k',
});
const ANSWER = '{"id":0,"result":{"paid":100,"to":"mallory"}}';
const hers = new Hmac(new Uint8Array(32).fill(66));

async function connected() {
  const stage = await ChannelStage.make();
  await stage.pay();
  const keyId = frameOf(stage.wire, 1, 4).slice(8, 16);
  const forge = (direction: Direction, id: Uint8Array, sequence: number) =>
    encodeFrame(
      {
        type: direction === 1 ? 'call' : 'answer',
        direction,
        keyId: id,
        sequence,
        timeMs: stage.clock.now(),
        name: 'pay',
        content: direction === 1 ? CALL : ANSWER,
      },
      hers,
    );
  return { stage, keyId, forge };
}

describe('forged messages', () => {
  it('honest twin: messages of both sides are processed', async () => {
    const { stage } = await connected();
    expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
    expect(stage.done).toEqual(['carol 5', 'dave 3']);
    expect([stage.server.status.rejected, stage.channel.status.rejected]).toEqual([{}, {}]);
  });

  it('a call with the id of the right key', async () => {
    const { stage, keyId, forge } = await connected();
    for (let i = 0; i < 20; i++) stage.wire.inject(forge(1, keyId, i), 1);
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_MAC: 20 });
    expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
    expect(stage.done).toEqual(['carol 5', 'dave 3']);
  });

  it('a call with a key of her own', async () => {
    const { stage, forge } = await connected();
    stage.wire.inject(forge(1, new Uint8Array(8).fill(66), 3), 1);
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_KEY: 1 });
    expect(stage.done).toEqual(['carol 5']);
  });

  it('an answer to a call in progress', async () => {
    const { stage, keyId, forge } = await connected();
    const call = stage.call('wait', [], 3000);
    await settle();
    stage.wire.inject(forge(2, keyId, 4), 2);
    await settle();
    expect(stage.channel.status).toMatchObject({ calls: 1, rejected: { ERR_CHANNEL_MAC: 1 } });
    await stage.clock.advance(3001);
    expect(said(await call)).toContain('ERR_HANDLER_TIMEOUT');
  });
});

describe('a flood of forged messages', () => {
  const CALLS = REJECTS_MAX - 1;

  it('honest twin: a connection with fewer of them than the bound goes on', async () => {
    const { stage, keyId, forge } = await connected();
    for (let i = 0; i < CALLS; i++) stage.wire.inject(forge(2, keyId, i), 2);
    for (let i = 0; i < CALLS; i++) stage.wire.inject(forge(1, keyId, i), 1);
    for (let i = 0; i < 20; i++) await settle();
    expect(stage.channel.status).toMatchObject({ connections: 1, rejected: { ERR_CHANNEL_MAC: CALLS } });
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_MAC: CALLS });
    expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
    expect(stage.channel.status.connections).toBe(1);
  });

  it.each([1, 2] as const)('ends the connection, with a code of its own (direction %i)', async direction => {
    const { stage, keyId, forge } = await connected();
    for (let i = 0; i < 500; i++) stage.wire.inject(forge(direction, keyId, i), direction);
    for (let i = 0; i < 20; i++) await settle();
    const attacked = direction === 2 ? stage.channel.status : stage.server.status;
    expect(attacked.rejected).toEqual({ ERR_CHANNEL_MAC: REJECTS_MAX, ERR_CHANNEL_FLOOD: 1 });
    if (direction === 1) expect(stage.ends.map(({ code }) => code)).toEqual(['ERR_CHANNEL_FLOOD']);
    // The next connection begins anew, and what was done was done once.
    expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
    expect(stage.done).toEqual(['carol 5', 'dave 3']);
  });

  it('is logged at a bounded rate, over connections; that they ended is logged beside it', async () => {
    const { stage, keyId, forge } = await connected();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 500; i++) stage.wire.inject(forge(2, keyId, i), 2);
      for (let i = 0; i < 20; i++) await settle();
      await stage.clock.advance(1000);
      await stage.channel.open();
    }
    expect(stage.channel.status.rejected).toEqual({
      ERR_CHANNEL_MAC: 3 * REJECTS_MAX,
      ERR_CHANNEL_FLOOD: 3,
    });
    const logged = (code: string) => stage.log.filter(entry => entry['code'] === code);
    expect(logged('ERR_CHANNEL_MAC').length).toBeLessThanOrEqual(REJECTS_LOGGED_MAX + 3);
    expect(logged('ERR_CHANNEL_MAC')[0]).toMatchObject({ channel: 'bank', type: 'answer' });
    expect(logged('ERR_CHANNEL_FLOOD')).toContainEqual(
      expect.objectContaining({ message: 'a connection of a channel was ended' }),
    );
  });
});
