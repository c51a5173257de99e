import { describe, expect, it } from 'vitest';
import { changed, ChannelStage } from '../support/channel-stage.ts';

// Goal:    change a call on its way to the service, or an answer on its way back.
// Means:   mallory sits on the connection, and changes one bit of a message: of its head, name, content or MAC.
// Refused: by the form of a frame, `services/channel/frame.ts` (ERR_CHANNEL_FRAME), or by the gate (ERR_CHANNEL_MAC, ERR_CHANNEL_KEY).
const [CALL, ANSWER] = [4, 5];
const PLACES = [
  ['version', 4, 'ERR_CHANNEL_FRAME'],
  ['type', 5, 'ERR_CHANNEL_MAC'],
  ['keyed', 7, 'ERR_CHANNEL_FRAME'],
  ['key id', 8, 'ERR_CHANNEL_KEY'],
  ['sequence', 23, 'ERR_CHANNEL_MAC'],
  ['time', 31, 'ERR_CHANNEL_MAC'],
  ['name', 34, 'ERR_CHANNEL_MAC'],
  ['content', -34, 'ERR_CHANNEL_MAC'],
  ['MAC', -1, 'ERR_CHANNEL_MAC'],
] as const;

async function attacked(type: number, at: number | undefined) {
  const stage = await ChannelStage.make();
  await stage.channel.open();
  stage.tap = frame => [frame[5] === type && at !== undefined ? changed(frame, at) : frame];
  const first = await stage.pay();
  stage.tap = frame => [frame];
  return { stage, first };
}

describe('changed messages', () => {
  it.each([CALL, ANSWER])('honest twin: type %i passes as it is', async type => {
    const { stage, first } = await attacked(type, undefined);
    expect(first).toEqual({ paid: 5, to: 'carol' });
    expect([stage.server.status.rejected, stage.channel.status.rejected]).toEqual([{}, {}]);
  });

  it.each(PLACES)('a call with another %s', async (_, at, code) => {
    const { stage, first } = await attacked(CALL, at);
    expect(first).toMatch(/ERR_HANDLER_TIMEOUT|ERR_CALL_FAILED/);
    expect(Object.keys(stage.server.status.rejected)).toContain(code);
    expect(stage.done).toEqual([]);
    // The message behind the missing one ends the connection, and the next one is sound.
    await stage.pay('dave', 2);
    expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
  });

  it.each(PLACES)('an answer with another %s', async (_, at, code) => {
    const { stage, first } = await attacked(ANSWER, at);
    expect(first).toMatch(/ERR_HANDLER_TIMEOUT|ERR_CALL_FAILED/);
    expect(Object.keys(stage.channel.status.rejected)).toContain(code);
  });
});

describe('a length that is changed', () => {
  /** The first message of a type arrives changed. */
  async function attacked(type: number, change: (frame: Uint8Array) => readonly Uint8Array[]) {
    const stage = await ChannelStage.make();
    await stage.channel.open();
    let isDone = false;
    stage.tap = frame => {
      if (isDone || frame[5] !== type) return [frame];
      isDone = true;
      return change(frame);
    };
    return stage;
  }

  it('honest twin: a message in two pieces is whole', async () => {
    const stage = await attacked(CALL, frame => [frame.subarray(0, 50), frame.subarray(50)]);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    await stage.clock.advance(60_000);
    expect(stage.channel.status).toMatchObject({ connections: 1, rejected: {} });
    expect(stage.server.status.rejected).toEqual({});
  });

  it.each([
    ['of a call', CALL],
    ['of an answer', ANSWER],
  ])(
    '%s: the other side waits for the time of a message, and the next connection serves',
    async (_, type) => {
      const stage = await attacked(type, frame => [frame.map((byte, i) => (i === 1 ? 1 : byte))]);
      expect(await stage.pay()).toContain('ERR_HANDLER_TIMEOUT');
      await stage.clock.advance(30_000);
      const { rejected } = type === CALL ? stage.server.status : stage.channel.status;
      expect(rejected).toEqual({ ERR_CHANNEL_TIME: 1 });
      expect(await stage.pay('dave', 3)).toEqual({ paid: 3, to: 'dave' });
      expect(stage.channel.status.connections).toBe(2);
    },
  );
});
