import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { peerInitCommand } from '../../../../cli/commands/peer-init.ts';
import { readConfig } from '../../../../cli/daemon/config.ts';
import { socketOf } from '../../../../cli/daemon/control.ts';
import { folderOf, startWorkers } from '../../../../cli/daemon/workers.ts';
import type { Output } from '../../../../cli/output.ts';

it('workers do not outlive a start whose control socket cannot be opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-workers-'));
  const silent = { list: () => undefined, say: () => undefined } as unknown as Output;
  peerInitCommand(folder, { listen: '/ip4/127.0.0.1/tcp/0', metrics: 'off' }, silent);
  const config = readConfig(join(folder, 'peer.jsonc'), {}, {});
  // No process can listen in the place of a folder.
  mkdirSync(join(socketOf(config.data), 'taken'), { recursive: true });
  const worker = folderOf(config.data, 0);
  mkdirSync(worker, { recursive: true });
  const code = `
    const end = () => { require('fs').writeFileSync(${JSON.stringify(join(worker, 'ended'))}, ''); process.exit(0); };
    process.on('SIGTERM', end);
    require('http').createServer((_, to) => to.end('{}')).listen(${JSON.stringify(socketOf(worker))});
  `;
  const log = { write: () => undefined, recent: () => [] };
  await expect(
    startWorkers(config, 1, log, [process.execPath, '-e', code] as never, () => undefined),
  ).rejects.toThrow();
  expect(readdirSync(worker)).toContain('ended');
  rmSync(folder, { recursive: true });
});
