import { describe, expect, it } from 'vitest';
import { ChannelStage, stripped } from '../support/channel-stage.ts';
import { encodeFrame } from '../../services/channel/frame.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    have both sides speak without keys, so that messages can be forged.
// Means:   mallory answers as an old service that has no keys, takes the MACs off messages, or writes messages without one.
// Refused: by the gate, `services/channel/gate.ts` (ERR_CHANNEL_UNKEYED), in mode `enforce`. In `monitor` it is counted.
describe('messages without a MAC', () => {
  it('honest twin: with keys on both sides `enforce` lets calls through', async () => {
    const stage = await ChannelStage.make();
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
  });

  it.each([
    ['off', {}],
    ['monitor', { ERR_CHANNEL_UNKEYED: 3 }],
  ] as const)('honest twin: an old service works in mode `%s`', async (hostMode, noted) => {
    const stage = await ChannelStage.make({ isOld: true, hostMode });
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    expect(stage.channel.status).toMatchObject({ noted, rejected: {} });
    if (hostMode === 'monitor')
      expect(stage.log[0]).toMatchObject({
        message: '`enforce` would reject a message of a channel',
        code: 'ERR_CHANNEL_UNKEYED',
      });
  });

  it('an old service, or somebody who plays one', async () => {
    const stage = await ChannelStage.make({ isOld: true });
    expect(await stage.pay()).toContain('has no connection');
    expect(stage.channel.status.connections).toBe(0);
    expect(Object.keys(stage.channel.status.rejected)).toEqual(['ERR_CHANNEL_UNKEYED']);
    expect(stage.done).toEqual([]);
  });

  it('MACs are taken off on the way to the host', async () => {
    const stage = await ChannelStage.make();
    stage.tap = (frame, direction) => [direction === 2 ? stripped(frame) : frame];
    expect(await stage.pay()).toContain('has no connection');
    expect(Object.keys(stage.channel.status.rejected)).toEqual(['ERR_CHANNEL_UNKEYED']);
    expect(stage.done).toEqual([]);
  });

  it('MACs are taken off on the way to the service', async () => {
    const stage = await ChannelStage.make();
    stage.tap = (frame, direction) => [direction === 1 ? stripped(frame) : frame];
    expect(await stage.pay()).toContain('has no connection');
    expect(Object.keys(stage.server.status.rejected)).toContain('ERR_CHANNEL_UNKEYED');
    expect(stage.done).toEqual([]);
  });

  it('a call without a MAC, written into a sound connection', async () => {
    const stage = await ChannelStage.make();
    await stage.channel.open();
    const timeMs = stage.clock.now();
    const call = { type: 'call', direction: 1, sequence: 2, timeMs, name: 'pay', content: '{}' } as const;
    stage.wire.inject(encodeFrame(call, undefined), 1);
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_UNKEYED: 1 });
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
  });

  it('in `monitor`, too, a key must be proven', async () => {
    const stage = await ChannelStage.make({ hostMode: 'monitor', serviceMode: 'monitor' });
    await stage.pay();
    const timeMs = stage.clock.now();
    const content = JSON.stringify({ id: '66'.repeat(8), wrapped: '66'.repeat(32) });
    stage.wire.inject(
      encodeFrame({ type: 'key', direction: 1, sequence: 3, timeMs, name: 'bank', content }, undefined),
      1,
    );
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_UNKEYED: 1 });
  });
});
