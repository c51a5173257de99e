import { describe, expect, it } from 'vitest';
import { childProcess } from '../../channels/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { encodeFrame, FrameSplitter } from '../../services/channel/frame.ts';
import { Inlet } from '../../services/channel/inlet.ts';
import { FRAME_BYTES_MAX, REFUSAL_BYTES_MAX, WAITING_BYTES_MAX } from '../../services/channel/limits.ts';
import { ChannelStage, Wire } from '../support/channel-stage.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    fill the memory of the other side of a channel, keep a host out of a service, or speak to the terminal of whoever reads the log.
// Means:   connections that say nothing, a message in pieces of one byte, large messages while a key is stored, calls whose answers are not taken, control characters on standard error.
// Refused: by `services/channel/serve-channel.ts` and `connection.ts` (ERR_CHANNEL_BUSY), by the bounds of `inlet.ts` and `frame.ts` (ERR_CHANNEL_FRAME), and by `channels/child-process.ts`.
const frame = (content: string): Uint8Array =>
  encodeFrame({ type: 'answer', direction: 2, sequence: 0, timeMs: 0, name: 'pay', content }, undefined);

describe('connections that say nothing', () => {
  it('honest twin: a host is served beside them, while there is room', async () => {
    const stage = await ChannelStage.make({ serve: { connectionsMax: 3 } });
    for (let i = 0; i < 2; i++) stage.server.accept(new Wire().service);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    expect(stage.server.status).toMatchObject({ connections: 3, rejected: {} });
  });

  it('do not keep a host out when there is no room, and do not take its place later', async () => {
    const stage = await ChannelStage.make({ serve: { connectionsMax: 3 } });
    for (let i = 0; i < 20; i++) stage.server.accept(new Wire().service);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    for (let i = 0; i < 20; i++) stage.server.accept(new Wire().service);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    expect(stage.channel.status.connections).toBe(1);
    expect(stage.server.status.connections).toBe(3);
    expect(Object.keys(stage.server.status.rejected)).toEqual(['ERR_CHANNEL_BUSY']);
  });
});

describe('a message in small pieces', () => {
  it.each([
    ['honest twin: pieces of 64 KiB', 65_536],
    ['pieces of one byte', 1],
  ])('%s', (_, size) => {
    const bytes = frame(JSON.stringify({ id: 1, result: 'x'.repeat(500_000) }));
    const splitter = new FrameSplitter(FRAME_BYTES_MAX);
    let found: Uint8Array | undefined;
    for (let at = 0; at < bytes.length; at += size) {
      splitter.push(bytes.subarray(at, at + size));
      found ??= splitter.next();
    }
    expect(found?.length).toBe(bytes.length - 4);
  });
});

describe('messages while one is handled', () => {
  function flooded(count: number): unknown[] {
    const failures: unknown[] = [];
    const inlet = new Inlet({
      firstBytesMax: FRAME_BYTES_MAX,
      bytesMax: FRAME_BYTES_MAX,
      framesMax: 272,
      handle: () => new Promise<void>(() => undefined),
      failed: failure => failures.push(failure),
    });
    const large = frame('x'.repeat(FRAME_BYTES_MAX - 100));
    for (let i = 0; i <= count; i++) inlet.push(large);
    return failures;
  }
  const most = Math.floor(WAITING_BYTES_MAX / (FRAME_BYTES_MAX - 100));

  it('honest twin: as many as may wait', () => {
    expect(flooded(most)).toEqual([]);
  });

  it('more of them end the connection', () => {
    expect(flooded(most + 1)).toMatchObject([{ code: 'ERR_CHANNEL_FRAME' }]);
  });
});

describe('a host that makes calls and takes no answers', () => {
  const busy = 'this process has too much to do';

  it('honest twin: one that takes them late gets them all', async () => {
    const stage = await ChannelStage.make();
    await stage.channel.open();
    stage.wire.serviceWaitingBytes = WAITING_BYTES_MAX;
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
  });

  it('has no call begun for it, gets short refusals, and then loses the connection', async () => {
    const stage = await ChannelStage.make();
    await stage.channel.open();
    stage.wire.serviceWaitingBytes = WAITING_BYTES_MAX + 1;
    expect(await stage.pay()).toContain(busy);
    stage.wire.serviceWaitingBytes = WAITING_BYTES_MAX + REFUSAL_BYTES_MAX + 1;
    const sent = stage.wire.sent.length;
    const { wire } = stage;
    expect(await stage.pay()).toContain('the connection to the service has ended');
    expect(wire.sent.filter(({ direction }, i) => i >= sent && direction === 2)).toEqual([]);
    expect(stage.ends.map(({ code }) => code)).toEqual(['ERR_CHANNEL_BUSY']);
    expect(stage.done).toEqual([]);
  });
});

describe('what a child process writes to standard error', () => {
  const lines = async (text: string): Promise<string[]> => {
    const seen: string[] = [];
    const link = await childProcess({
      command: process.execPath,
      args: ['-e', `process.stderr.write(Buffer.from('${Buffer.from(utf8(text)).toString('hex')}', 'hex'))`],
      onErrorLine: line => seen.push(line),
    }).open(undefined);
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBeGreaterThan(0);
    link.close();
    return seen;
  };

  it('honest twin: a line arrives as it is', async () => {
    expect(await lines('the disk is full (ä)\n')).toEqual(['the disk is full (ä)']);
  });

  it('moves no cursor', async () => {
    expect(await lines('\u001b[2Jall is well\r\u202e\n')).toEqual(['\\u{1b}[2Jall is well\\u{d}\\u{202e}']);
  });
});

describe('a connection that is quiet for longer than its key counts', () => {
  it('honest twin: within its life, the key is replaced and calls go on', async () => {
    const stage = await ChannelStage.make({ keyService: { lifeMs: 60_000, rotateMs: 15_000 } });
    await stage.pay();
    await stage.clock.advance(20_000);
    await stage.pay();
    expect(stage.done).toEqual(['carol 5', 'carol 5']);
  });

  it('makes no call under it, and hands no new key out under it', async () => {
    const stage = await ChannelStage.make({ keyService: { lifeMs: 20_000, rotateMs: 15_000 } });
    await stage.pay();
    await stage.clock.advance(20_000);
    const sent = stage.wire.sent.length;
    const wire = stage.wire;
    expect(await stage.pay()).toMatch(/ERR_CALL_FAILED/);
    await settle();
    expect(wire.sent.length).toBe(sent);
    expect(stage.done).toEqual(['carol 5']);
  });
});
