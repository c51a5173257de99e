import { describe, expect, it } from 'vitest';
import { serveChannel, type ChannelKey } from '../../services/index.ts';
import { bankService, ChannelStage, frameOf } from '../support/channel-stage.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    speak for a service, or to it, with a key that was replaced or revoked.
// Means:   mallory has got the key after it was in use, and connects with it, or writes into a connection.
// Refused: by the key service, `services/channel/key-service.ts` (ERR_CHANNEL_KEY): after the overlap a replaced key does not count, a revoked one never.
const OVERLAP_MS = 5000;
const make = () => ChannelStage.make({ keyService: { overlapMs: OVERLAP_MS } });

/** The next connections are served by somebody with that key. */
function impersonate(stage: ChannelStage, key: ChannelKey): string[] {
  const done: string[] = [];
  stage.server = serveChannel(bankService(done), {
    channel: 'bank',
    clock: stage.clock,
    keys: { current: () => key, take: () => Promise.resolve() },
  });
  return done;
}

async function rotated() {
  const stage = await make();
  await stage.pay();
  const old = stage.serviceKeys?.current() as ChannelKey;
  await stage.keys.rotate('bank');
  await settle();
  return { stage, old };
}

describe('old keys', () => {
  it('honest twin: a key is replaced while calls go on, and the service connects with the new one', async () => {
    const { stage, old } = await rotated();
    expect(stage.serviceKeys?.current()).not.toEqual(old);
    expect(stage.keys.status('bank').map(({ state }) => state)).toEqual(['retired', 'current']);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    await stage.clock.advance(OVERLAP_MS);
    stage.wire.close();
    await stage.clock.advance(1000);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    expect(stage.channel.status).toMatchObject({ connections: 2, rejected: {} });
    expect(stage.keys.status('bank').map(({ state }) => state)).toEqual(['current']);
  });

  it('honest twin: a service that missed the change connects during the overlap', async () => {
    const { stage, old } = await rotated();
    impersonate(stage, old);
    stage.wire.close();
    await stage.clock.advance(1000);
    expect(stage.channel.status).toMatchObject({ state: 'open', connections: 2, rejected: {} });
  });

  it('a replaced key, after the overlap', async () => {
    const { stage, old } = await rotated();
    await stage.clock.advance(OVERLAP_MS);
    const done = impersonate(stage, old);
    stage.wire.close();
    expect(await stage.pay()).toContain('has no connection');
    expect(stage.channel.status).toMatchObject({ connections: 1 });
    expect(Object.keys(stage.channel.status.rejected)).toEqual(['ERR_CHANNEL_KEY']);
    expect(done).toEqual([]);
  });

  it('a replaced key, in the connection in which it was replaced', async () => {
    const { stage } = await rotated();
    const before = frameOf(stage.wire, 1, 4);
    await stage.pay();
    stage.wire.inject(before, 1);
    await settle();
    expect(stage.server.status.rejected).toEqual({ ERR_CHANNEL_KEY: 1 });
    expect(stage.done).toEqual(['carol 5', 'carol 5']);
  });

  it('a revoked key: the connection ends at once, and no other begins', async () => {
    const stage = await make();
    await stage.pay();
    await stage.keys.revoke('bank');
    expect(stage.channel.status.state).toBe('waiting');
    expect(await stage.pay()).toContain('has no connection');
    expect(Object.keys(stage.channel.status.rejected)).toEqual(['ERR_CHANNEL_KEY']);
    expect(stage.done).toEqual(['carol 5']);
  });

  it('a key that was never replaced, after its life', async () => {
    const stage = await ChannelStage.make({ keyService: { lifeMs: 20_000, rotateMs: 100_000 } });
    await stage.pay();
    await stage.clock.advance(20_000);
    expect(await stage.pay()).toMatch(/ERR_CALL_FAILED/);
    expect(Object.keys(stage.channel.status.rejected)).toContain('ERR_CHANNEL_KEY');
  });
});
