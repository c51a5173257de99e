import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';

/** A program of a peer with a particle that lives for a day, and a handler that never ends. */
const program = (end: string): string => `
  import { createPeer } from 'beryl/peer';
  import { defineService, startService } from 'beryl/services';
  const hangs = defineService({
    id: 'hangs',
    functions: { f: { arguments: {}, guards: {}, handler: () => new Promise(() => undefined) } },
  });
  const peer = createPeer({
    secretKey: new Uint8Array(32).fill(1),
    transport: { start() {}, stop() {}, send: () => Promise.resolve({ ok: false, kind: 'transient', reason: 'away' }) },
    services: [startService(hangs)],
  });
  await peer.start();
  const run = peer.run(
    \`(par (call "\${peer.peerId}" ("hangs" "f") []) (call "12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf" ("a" "b") []))\`,
    { ttlMs: 86_000_000 },
  );
  const settled = run.done.catch(failure => failure.code);
  await new Promise(resolve => setTimeout(resolve, 200));
  ${end}
  console.log(await settled);`;

const play = (end: string, timeout: number) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', program(end)], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout,
  });

describe('a process with a peer', () => {
  it('ends by itself after stop', () => {
    const { stdout, status, signal } = play('await peer.stop({ graceMs: 50 });', 50_000);
    expect([stdout.trim(), status, signal]).toEqual(['ERR_STARTED_STOPPED', 0, null]);
  });

  it('honest twin: it does not end while the peer runs', () => {
    expect(play('', 5_000).signal).toBe('SIGTERM');
  });
});
