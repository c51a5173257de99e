import { describe, expect, it } from 'vitest';
import { createServiceKeys, serveChannel } from '../../services/index.ts';
import { bankService, ChannelStage, frameOf } from '../support/channel-stage.ts';

// Goal:    become the service of a channel with a one-time key that was meant for another process.
// Means:   mallory has read the one-time key, in an environment or a message, and uses it: again, or late.
// Refused: by the key service, `services/channel/key-service.ts` (ERR_CHANNEL_KEY): it counts once, and for a short time.
async function stageWith(bootstrapMs = 60_000) {
  const stage = await ChannelStage.make({ keyService: { bootstrapMs } });
  const bootstrap = await stage.keys.invite('bank');
  /** The next connections are served by whoever has this text. */
  const serveAs = async (text: string, done: string[]) => {
    const keys = await createServiceKeys({ bootstrap: text });
    stage.server = serveChannel(bankService(done), { channel: 'bank', clock: stage.clock, keys });
  };
  return { stage, bootstrap, serveAs };
}

describe('stolen one-time keys', () => {
  it('honest twin: the process that it was meant for uses it once', async () => {
    const { stage, bootstrap, serveAs } = await stageWith();
    const done: string[] = [];
    await serveAs(bootstrap, done);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    expect(done).toEqual(['carol 5']);
  });

  it('used twice', async () => {
    const { stage, bootstrap, serveAs } = await stageWith();
    await serveAs(bootstrap, []);
    await stage.pay();
    const hers: string[] = [];
    await serveAs(bootstrap, hers);
    stage.wire.close();
    expect(await stage.pay()).toContain('has no connection');
    expect(Object.keys(stage.channel.status.rejected)).toEqual(['ERR_CHANNEL_KEY']);
    expect(hers).toEqual([]);
  });

  it('used late', async () => {
    const { stage, bootstrap, serveAs } = await stageWith(60_000);
    await stage.clock.advance(60_000);
    const hers: string[] = [];
    await serveAs(bootstrap, hers);
    expect(await stage.pay()).toContain('has no connection');
    expect(Object.keys(stage.channel.status.rejected)).toEqual(['ERR_CHANNEL_KEY']);
    expect(hers).toEqual([]);
  });

  it('a connection that begins with it carries no calls under it: the service must take a key of the channel first', async () => {
    const { stage, bootstrap, serveAs } = await stageWith();
    await serveAs(bootstrap, []);
    await stage.pay();
    const id = (type: number, direction: 1 | 2) => frameOf(stage.wire, direction, type).slice(8, 16);
    expect(id(1, 2)).toEqual(id(8, 2));
    expect(id(4, 1)).not.toEqual(id(1, 2));
    expect(id(5, 2)).toEqual(id(4, 1));
  });

  it('a text that is not a one-time key is refused before anything is sent, and is not quoted', async () => {
    await expect(createServiceKeys({ bootstrap: 'beryl-bootstrap-1.s3cret' })).rejects.toMatchObject({
      code: 'ERR_CHANNEL_BOOTSTRAP',
      message: expect.not.stringContaining('s3cret') as string,
    });
    await expect(createServiceKeys({})).rejects.toMatchObject({ code: 'ERR_CHANNEL_BOOTSTRAP' });
  });
});
