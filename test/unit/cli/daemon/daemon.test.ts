import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { peerInitCommand } from '../../../../cli/commands/peer-init.ts';
import { readConfig, type Config } from '../../../../cli/daemon/config.ts';
import { ask, socketOf } from '../../../../cli/daemon/control.ts';
import { startDaemon } from '../../../../cli/daemon/daemon.ts';
import type { Output } from '../../../../cli/output.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-daemon-'));
let config: Config;
const lines: string[] = [];
const start = (changes: Partial<Config> = {}) =>
  startDaemon({ ...config, ...changes }, {}, line => void lines.push(line));

beforeAll(() => {
  const silent = { list: () => undefined, say: () => undefined } as unknown as Output;
  peerInitCommand(folder, { listen: '/ip4/127.0.0.1/tcp/0', metrics: 'off' }, silent);
  const read = readConfig(join(folder, 'peer.jsonc'), {}, {});
  config = { ...read, record: { ...read.record, mode: 'all' } };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whether the recording of each start has its end. */
const recordings = (): boolean[] =>
  readdirSync(join(config.data, 'recordings')).map(name =>
    readFileSync(join(config.data, 'recordings', name), 'utf8').includes('"end"'),
  );

it('a start that fails half way leaves nothing running, and can be tried again', async () => {
  const server = createServer();
  const port = await new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await expect(start({ metrics: `127.0.0.1:${port}` })).rejects.toMatchObject({ code: 'ERR_CLI_LISTEN' });
  expect(existsSync(socketOf(config.data))).toBe(false);
  expect(recordings()).toEqual([true]);
  server.close();
  // The store is locked while a peer has it.
  const daemon = await start({ metrics: `127.0.0.1:${port}` });
  const [first, second] = [daemon.stop(), daemon.stop()];
  await Promise.all([first, second, daemon.ended]);
  expect(lines.filter(line => line.includes('"stopped"'))).toHaveLength(1);
  expect(recordings()).toEqual([true, true]);
});

it('stops by the command of its operator', async () => {
  const daemon = await start();
  expect(await ask(config.data, 'POST', '/stop')).toEqual({ stopping: true });
  await daemon.ended;
  expect(existsSync(socketOf(config.data))).toBe(false);
});
