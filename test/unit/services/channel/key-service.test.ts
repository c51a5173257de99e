import { describe, expect, it } from 'vitest';
import {
  createKeyService,
  createServiceKeys,
  type KeyStore,
  type KeyVault,
} from '../../../../services/index.ts';
import { readBootstrap } from '../../../../services/channel/bootstrap.ts';
import { VirtualClock } from '../harness.ts';

/** Keeps bytes in memory; the vault turns each bit around, so that what is kept is not what it was. */
function keeping() {
  const kept: Uint8Array[] = [];
  const store: KeyStore = {
    load: () => Promise.resolve(kept.at(-1)),
    save: bytes => Promise.resolve(void kept.push(bytes)),
  };
  const turned = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(bytes.map(byte => byte ^ 0xff));
  const vault: KeyVault = { seal: turned, open: turned };
  return { kept, store, vault };
}

describe('a key service', () => {
  it('keeps its keys over a restart, and nothing in the clear', async () => {
    const { kept, store, vault } = keeping();
    const clock = new VirtualClock();
    const keys = await createKeyService({ store, vault, clock });
    const once = readBootstrap(await keys.invite('a'));
    const key = await keys.next('a');
    await keys.confirm('a', key.id);
    const again = await createKeyService({ store, vault, clock });
    expect(again.status('a')).toEqual(keys.status('a'));
    expect(again.find('a', key.id)).toEqual({ ...key, isBootstrap: false });
    expect(await again.redeem('a', once.id)).toBe(true);
    // Used up before the crash: it does not count after it.
    const third = await createKeyService({ store, vault, clock });
    expect(await third.redeem('a', once.id)).toBe(false);
    for (const bytes of kept) expect(Buffer.from(bytes).toString('latin1')).not.toContain('secret');
  });

  it('a replaced key counts for the overlap, and no key beyond its life', async () => {
    const clock = new VirtualClock();
    const keys = await createKeyService({ clock, rotateMs: 1000, overlapMs: 100, lifeMs: 5000 });
    const first = await keys.next('a');
    await keys.confirm('a', first.id);
    expect(keys.isDue('a')).toBe(false);
    await clock.advance(1000);
    expect(keys.isDue('a')).toBe(true);
    const second = await keys.next('a');
    expect(await keys.next('a')).toEqual(second);
    await keys.confirm('a', second.id);
    expect(keys.find('a', first.id)).toBeDefined();
    await clock.advance(100);
    expect(keys.find('a', first.id)).toBeUndefined();
    await clock.advance(5000);
    expect(keys.status('a')).toEqual([]);
    expect(keys.isDue('a')).toBe(true);
  });

  it('keys of a channel say nothing of another', async () => {
    const keys = await createKeyService();
    const key = await keys.next('a');
    const once = readBootstrap(await keys.invite('a'));
    expect([keys.find('b', key.id), keys.find('b', once.id)]).toEqual([undefined, undefined]);
    expect(await keys.redeem('b', once.id)).toBe(false);
  });

  it('bounds one-time keys, channels and keys', async () => {
    const clock = new VirtualClock();
    const keys = await createKeyService({ clock, bootstrapMs: 1000 });
    for (let i = 0; i < 16; i++) await keys.invite('a');
    await expect(keys.invite('a')).rejects.toMatchObject({ code: 'ERR_CHANNEL_BUSY' });
    await clock.advance(1000);
    await expect(keys.invite('a')).resolves.toMatch(/^beryl-bootstrap-1\./);
    for (let i = 0; i < 30; i++) await keys.confirm('a', (await keys.next('a')).id);
    expect(keys.status('a').length).toBe(16);
    for (let i = 1; i < 1024; i++) await keys.next(`c${i}`);
    await expect(keys.invite('one more')).rejects.toMatchObject({ code: 'ERR_CHANNEL_BUSY' });
  });

  it('refuses mistakes', async () => {
    const { store, vault } = keeping();
    await expect(createKeyService({ store })).rejects.toThrow('`store` needs a `vault`');
    await expect(createKeyService({ vault })).rejects.toThrow('`vault` needs a `store`');
    await expect(createKeyService({ overlap: 5 } as never)).rejects.toThrow('did you mean `overlapMs`');
    const keys = await createKeyService();
    await expect(keys.invite('')).rejects.toThrow(TypeError);
    await expect(keys.invite('n'.repeat(129))).rejects.toThrow(TypeError);
  });

  it.each([
    ['bytes that are not JSON', Uint8Array.of(1, 2, 3)],
    ['another form', new TextEncoder().encode('{"format":"beryl/channel-keys/2"}').map(byte => byte ^ 0xff)],
  ])('does not start on kept keys of %s', async (_, bytes) => {
    const { kept, store, vault } = keeping();
    kept.push(bytes);
    await expect(createKeyService({ store, vault })).rejects.toMatchObject({ code: 'ERR_CHANNEL_KEPT_KEYS' });
  });

  it('a store that fails uses no one-time key up silently: the connection is refused', async () => {
    const { store, vault } = keeping();
    const keys = await createKeyService({ store, vault });
    const once = readBootstrap(await keys.invite('a'));
    store.save = () => Promise.reject(new Error('disk full'));
    await expect(keys.redeem('a', once.id)).rejects.toThrow('disk full');
    expect(keys.find('a', once.id)).toBeUndefined();
  });
});

describe('the key of a service', () => {
  it('is kept over a restart of the service', async () => {
    const { store, vault } = keeping();
    const bootstrap = await (await createKeyService()).invite('a');
    const first = await createServiceKeys({ bootstrap, store, vault });
    const taken = { id: new Uint8Array(8).fill(1), secret: new Uint8Array(32).fill(2) };
    await first.take(taken);
    expect((await createServiceKeys({ store, vault })).current()).toEqual(taken);
  });
});
