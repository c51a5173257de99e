import { describe, expect, it } from 'vitest';
import type { ChannelLink } from '../../services/index.ts';
import { ChannelStage, frameOf } from '../support/channel-stage.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    have a call performed twice, an answer count for another call, or a recorded connection count as a new one.
// Means:   mallory records messages, and sends them again: in the same connection, in a later one, or late.
// Refused: by the gate, `services/channel/gate.ts`: sequence (ERR_CHANNEL_SEQUENCE), keys of a connection (ERR_CHANNEL_MAC), time window (ERR_CHANNEL_TIME).
const [HELLO, READY, CALL, ANSWER] = [1, 3, 4, 5];

describe('replayed messages', () => {
  it('honest twin: the same call, made twice by the host, is performed twice', async () => {
    const stage = await ChannelStage.make();
    expect([await stage.pay(), await stage.pay()]).toEqual([
      { paid: 5, to: 'carol' },
      { paid: 5, to: 'carol' },
    ]);
    expect(stage.done).toEqual(['carol 5', 'carol 5']);
  });

  it('a call, in the same connection', async () => {
    const stage = await ChannelStage.make();
    await stage.pay();
    stage.wire.inject(frameOf(stage.wire, 1, CALL), 1);
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_SEQUENCE: 1 });
    expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
    expect(stage.done).toEqual(['carol 5', 'dave 3']);
  });

  it('an answer, in the same connection', async () => {
    const stage = await ChannelStage.make();
    await stage.pay();
    stage.wire.inject(frameOf(stage.wire, 2, ANSWER), 2);
    await settle();
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_SEQUENCE: 1 });
  });

  it('a call, in a later connection', async () => {
    const stage = await ChannelStage.make();
    await stage.pay();
    const recorded = frameOf(stage.wire, 1, CALL);
    stage.wire.close();
    await stage.clock.advance(1000);
    expect(stage.channel.status).toMatchObject({ state: 'open', connections: 2 });
    stage.wire.inject(recorded, 1);
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_MAC: 1 });
    expect(stage.done).toEqual(['carol 5']);
  });

  it('the first messages of a service, by one that has no key', async () => {
    const stage = await ChannelStage.make();
    await stage.pay();
    stage.wire.close();
    await stage.clock.advance(1000);
    // This connection began with the key of the channel, so its messages could begin another.
    const [hello, ready] = [HELLO, READY].map(type => frameOf(stage.wire, 2, type));
    const accept = (link: ChannelLink): void =>
      [hello, ready].forEach(frame => link.send(frame as Uint8Array));
    stage.server = { ...stage.server, accept };
    stage.wire.close();
    expect(await stage.pay()).toContain('has no connection');
    expect(stage.channel.status).toMatchObject({ connections: 2, rejected: { ERR_CHANNEL_MAC: 1 } });
    expect(stage.done).toEqual(['carol 5']);
  });

  it('a call that was held back for longer than the window', async () => {
    const stage = await ChannelStage.make();
    await stage.channel.open();
    let held: Uint8Array | undefined;
    stage.tap = (frame, direction) => {
      if (direction !== 1 || frame[5] !== CALL) return [frame];
      held = frame;
      return [];
    };
    const call = stage.call('pay', ['carol', 5], 60_000);
    await stage.clock.advance(30_001);
    stage.wire.inject(held as Uint8Array, 1);
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_TIME: 1 });
    expect(stage.done).toEqual([]);
    await stage.clock.advance(60_000);
    await call;
  });
});
