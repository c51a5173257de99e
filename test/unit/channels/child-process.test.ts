import { afterEach, describe, expect, it } from 'vitest';
import { childProcess } from '../../../channels/index.ts';
import { createChannel, createKeyService, type Channel } from '../../../services/index.ts';

const open: Channel[] = [];
afterEach(() => open.splice(0).forEach(channel => channel.close()));

async function channelTo(source: string, lines: string[] = []): Promise<Channel> {
  const connector = childProcess({
    command: process.execPath,
    args: ['-e', source],
    onErrorLine: line => lines.push(line),
  });
  const channel = createChannel({
    name: 'bank',
    keys: await createKeyService(),
    connector,
    limits: { backOffMs: 10, backOffMaxMs: 20, connectWaitMs: 3000 },
  });
  open.push(channel);
  return channel;
}

/** The service in JavaScript and in Python runs in test/e2e/channels.test.ts. */
describe('a child process', () => {
  it('gets a one-time key of its own at each start, and is started again when it ends', async () => {
    const lines: string[] = [];
    const channel = await channelTo('console.error(process.env.BERYL_CHANNEL_KEY)', lines);
    channel.open().catch(() => undefined);
    await expect.poll(() => new Set(lines).size, { timeout: 20_000 }).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^beryl-bootstrap-1\./);
  });

  it('what writes anything else to its output is ended', async () => {
    const channel = await channelTo('console.log("hello"); setInterval(() => {}, 1000)');
    channel.open().catch(() => undefined);
    await expect
      .poll(() => channel.status.rejected.ERR_CHANNEL_FRAME, { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect(channel.status.connections).toBe(0);
  });

  it('a command that does not exist is an error with a code', async () => {
    const { open: start } = childProcess({ command: '/nowhere/at/all' });
    await expect(start(undefined)).rejects.toMatchObject({
      code: 'ERR_CHANNEL_DOWN',
      message: expect.stringContaining('`/nowhere/at/all` cannot be started') as string,
    });
  });

  it.each([{}, { command: 5 }, { command: 'a', arguments: [] }])('refuses %j', options => {
    expect(() => childProcess(options as never)).toThrow(TypeError);
  });
});
