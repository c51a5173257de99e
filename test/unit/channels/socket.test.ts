import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { serveSocket, socket, type SocketAddress } from '../../../channels/index.ts';
import { createChannel, createKeyService, createServiceKeys, type Channel } from '../../../services/index.ts';
import { bankService } from '../../support/channel-stage.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const pay = (channel: Channel, amount: number) =>
  channel.call(
    {
      service: 'bank',
      function: 'pay',
      argumentsJson: `["carol",${amount}]`,
      tetraplets: [[], []],
      elementwise: [false, false],
      peerId: 'p',
      initPeerId: 'p',
      particleId: 'p',
      timestamp: 0,
      ttl: 1,
      remainingMs: 10_000,
      idempotencyKey: 'k',
    },
    new AbortController().signal,
  );

/** A service on a socket, and a host's channel to it. */
async function connected(address: SocketAddress) {
  const keys = await createKeyService();
  const serviceKeys = await createServiceKeys({ bootstrap: await keys.invite('bank') });
  const serve = () => serveSocket(bankService(), address, { channel: 'bank', keys: serviceKeys });
  const server = await serve();
  cleanups.push(() => server.close());
  const target = server.port === undefined ? address : { port: server.port };
  const limits = { backOffMs: 20 };
  const channel = createChannel({ name: 'bank', keys, connector: socket(target), limits });
  cleanups.push(() => channel.close());
  return { keys, server, serve, channel };
}

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'beryl-socket-'));
  cleanups.push(() => rmSync(made, { recursive: true }));
  return made;
};

describe('a service on a socket', () => {
  it.each([
    ['a port of the loopback', () => ({ port: 0 })],
    ['a Unix socket', () => ({ path: join(folder(), 's') })],
  ])('answers calls on %s', async (_, address) => {
    const { channel, keys } = await connected(address());
    const answers = await Promise.all(Array.from({ length: 50 }, (__, i) => pay(channel, i + 1)));
    expect(answers.map(answer => 'resultJson' in answer && answer.resultJson)).toEqual(
      Array.from({ length: 50 }, (__, i) => `{"paid":${i + 1},"to":"carol"}`),
    );
    await keys.rotate('bank');
    await expect.poll(() => keys.status('bank').map(({ state }) => state)).toEqual(['retired', 'current']);
    expect(await pay(channel, 5000)).toEqual({ fail: 'too much', details: { limit: 1000 } });
    expect(channel.status).toMatchObject({ state: 'open', connections: 1, rejected: {} });
  });

  it('is found again after it was restarted with its key', async () => {
    const path = join(folder(), 's');
    const { channel, server, serve } = await connected({ path });
    await pay(channel, 1);
    await server.close();
    await expect.poll(() => channel.status.state).not.toBe('open');
    const second = await serve();
    cleanups.push(() => second.close());
    expect(await pay(channel, 2)).toEqual({ resultJson: '{"paid":2,"to":"carol"}' });
    expect(channel.status).toMatchObject({ connections: 2, rejected: {} });
  });

  it('closes the oldest silent connection beyond its bound, and frames that are too large', async () => {
    const { server, channel } = await connected({ port: 0 });
    const strangers = Array.from({ length: 8 }, () => connect(server.port as number, '127.0.0.1'));
    cleanups.push(() => strangers.forEach(one => one.destroy()));
    await expect.poll(() => server.status.connections).toBe(8);
    await channel.open();
    expect(server.status.rejected.ERR_CHANNEL_BUSY).toBeGreaterThan(0);
    for (const one of strangers) one.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    await expect.poll(() => server.status.rejected.ERR_CHANNEL_FRAME).toBe(7);
    expect(await pay(channel, 3)).toEqual({ resultJson: '{"paid":3,"to":"carol"}' });
  });

  it('what listens there but says nothing is given up', async () => {
    const silent = createServer(stream => cleanups.push(() => stream.destroy()));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    cleanups.push(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const channel = createChannel({
      name: 'bank',
      keys: await createKeyService(),
      connector: socket({ port }),
      limits: { connectWaitMs: 50, handshakeMs: 20 },
    });
    cleanups.push(() => channel.close());
    await expect(channel.open()).rejects.toMatchObject({ code: 'ERR_CHANNEL_DOWN' });
    channel.close();
    await expect(pay(channel, 1)).rejects.toMatchObject({ code: 'ERR_CHANNEL_CLOSED' });
  });

  it.each([
    {},
    { path: '' },
    { port: -1 },
    { port: 70_000 },
    { path: 'a', port: 1 },
    { port: 1, hots: 'x' },
    null,
  ])('refuses %j as an address', address => {
    expect(() => socket(address as never)).toThrow(TypeError);
  });
});
