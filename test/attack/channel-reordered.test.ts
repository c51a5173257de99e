import { describe, expect, it } from 'vitest';
import { ChannelStage, said } from '../support/channel-stage.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    have calls performed in another order than the host made them, or one of them left out unnoticed.
// Means:   mallory holds messages back, swaps or drops them.
// Refused: by the gate, `services/channel/gate.ts` (ERR_CHANNEL_SEQUENCE), which ends the connection: order cannot be restored.
const CALL = 4;

/** Two calls at a time, over somebody who decides what is delivered after the second. */
async function attacked(deliver: (calls: readonly Uint8Array[]) => readonly Uint8Array[]) {
  const stage = await ChannelStage.make();
  await stage.channel.open();
  const calls: Uint8Array[] = [];
  stage.tap = (frame, direction) => {
    if (direction !== 1 || frame[5] !== CALL) return [frame];
    calls.push(frame);
    return calls.length < 2 ? [] : deliver(calls);
  };
  const both = [stage.call('pay', ['carol', 1]), stage.call('pay', ['dave', 2])];
  await settle();
  await stage.clock.advance(10_001);
  const ends = await Promise.all(both);
  return { stage, ends: ends.map(said) };
}

describe('reordered messages', () => {
  it('honest twin: two calls in their order', async () => {
    const { stage, ends } = await attacked(calls => calls);
    expect(ends).toEqual([
      { paid: 1, to: 'carol' },
      { paid: 2, to: 'dave' },
    ]);
    expect(stage.done).toEqual(['carol 1', 'dave 2']);
  });

  it.each([
    ['swapped', ([first, second]: readonly Uint8Array[]) => [second, first]],
    ['the first is left out', ([, second]: readonly Uint8Array[]) => [second]],
  ])('%s', async (_, deliver) => {
    const { stage, ends } = await attacked(calls => deliver(calls) as Uint8Array[]);
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_SEQUENCE: 1 });
    expect(stage.ends[0]?.code).toBe('ERR_CHANNEL_SEQUENCE');
    for (const end of ends) expect(end).toContain('ERR_CALL_FAILED');
    expect(stage.done).toEqual([]);
  });
});
