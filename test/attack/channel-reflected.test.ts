import { describe, expect, it } from 'vitest';
import { ChannelStage, frameOf } from '../support/channel-stage.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    have a side take its own messages for those of the other side.
// Means:   mallory sends a host its own calls back, or a service its own answers; with the direction as it was, or changed.
// Refused: by the gate, `services/channel/gate.ts`: direction (ERR_CHANNEL_DIRECTION), and a key for each direction (ERR_CHANNEL_MAC).
const [CALL, ANSWER] = [4, 5];

describe('reflected messages', () => {
  it('honest twin: calls go one way, answers the other', async () => {
    const stage = await ChannelStage.make();
    await stage.pay();
    expect(frameOf(stage.wire, 1, CALL)[6]).toBe(1);
    expect(frameOf(stage.wire, 2, ANSWER)[6]).toBe(2);
    expect([stage.server.status.rejected, stage.channel.status.rejected]).toEqual([{}, {}]);
  });

  it.each([
    ['as they were', 0, { ERR_CHANNEL_DIRECTION: 1 }],
    ['with another direction', 3, { ERR_CHANNEL_MAC: 1 }],
  ])('%s', async (_, flip, rejected) => {
    const stage = await ChannelStage.make();
    await stage.pay();
    for (const [direction, type, to] of [
      [1, CALL, 2],
      [2, ANSWER, 1],
    ] as const) {
      const frame = frameOf(stage.wire, direction, type).slice();
      frame[6] = (frame[6] as number) ^ flip;
      stage.wire.inject(frame, to);
    }
    await settle();
    expect(stage.channel.status.rejected).toEqual(rejected);
    expect(stage.server.status.rejected).toEqual(rejected);
    expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
    expect(stage.done).toEqual(['carol 5', 'dave 3']);
  });
});
