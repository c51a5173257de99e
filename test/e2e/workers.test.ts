import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toBase64 } from '../../base/bytes.ts';
import { createPeer, natsLink } from '../../peer/index.ts';
import { idOf, seedOf } from '../support/cast.ts';
import { beryl, ROOT } from '../support/cli.ts';
import { until } from '../support/daemons.ts';
import { bind, hostKeyOf, NatsServer, noNats } from '../support/nats.ts';

const PARTITIONS = 64;

interface Status {
  readonly peerId: string;
  readonly workers: readonly { readonly pid: number; readonly partitions: number }[];
}

describe.skipIf(noNats !== undefined)(`beryl peer start --workers (${noNats ?? 'real server'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-workers-'));
  const at = (name: string): string => join(folder, name);
  let child: ChildProcess | undefined;
  let server: NatsServer | undefined;
  let shown = '';
  afterAll(async () => {
    child?.kill('SIGTERM');
    await until(() => child === undefined || child.exitCode !== null, 'the end of the peer');
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(...args: string[]): string {
    const { code, stdout, stderr } = beryl(args);
    expect(code, stderr).toBe(0);
    return stdout.trim();
  }
  const config = at('peer.jsonc');
  const status = (): Status => JSON.parse(run('peer', 'status', '--json', '-c', config)) as Status;
  const areAllHeld = (): boolean =>
    status().workers.reduce((sum, { partitions }) => sum + partitions, 0) === PARTITIONS;

  it('serves as one peer, and replaces a worker that is killed', async () => {
    const peerId = run('peer', 'init', folder, '--metrics', 'off');
    for (const name of ['w1', 'w2']) run('bus', 'host', at(`${name}.json`), '-k', at('peer.key'));
    writeFileSync(at('bob.binding'), toBase64(await bind('bob', 'bob')));
    run(
      'bus',
      'config',
      at('w1.json.binding'),
      at('w2.json.binding'),
      at('bob.binding'),
      '-o',
      at('hosts.conf'),
    );
    server = await NatsServer.startWith(readFileSync(at('hosts.conf'), 'utf8'));
    const servers = [`127.0.0.1:${server.port}`];
    const text = readFileSync(config, 'utf8')
      .replace('"transport": "libp2p"', '"transport": "nats"')
      .replace('["127.0.0.1:4222"]', JSON.stringify(servers))
      .replace('["host.json"]', '["w1.json", "w2.json"]');
    writeFileSync(config, text);
    const args = [join(ROOT, 'bin/beryl.mjs'), 'peer', 'start', '-c', config, '--workers', '2'];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part: Buffer) => (shown += part.toString()));
    await until(() => shown.includes('"workers":2') || child?.exitCode !== null, 'the start');
    expect(child.exitCode, shown).toBeNull();
    await until(areAllHeld, 'that all partitions are taken');
    const before = status();
    expect([before.peerId, before.workers.length]).toEqual([peerId, 2]);

    const bob = createPeer({
      secretKey: seedOf('bob'),
      link: natsLink({ servers, hostKey: hostKeyOf('bob'), binding: await bind('bob', 'bob') }),
    });
    await bob.start();
    const script = `(seq (call "${peerId}" ("op" "identity") ["through"] x) (call "${idOf('bob')}" ("callbackSrv" "response") [x]))`;
    expect(await bob.run(script, { ttlMs: 60_000, isPatient: true }).done).toBe('through');
    process.kill(before.workers[0]?.pid as number, 'SIGKILL');
    expect(await bob.run(script, { ttlMs: 120_000, isPatient: true }).done).toBe('through');
    await until(() => status().workers.length === 2 && areAllHeld(), 'that the worker is replaced');
    await bob.stop({ graceMs: 0 });
    run('peer', 'stop', '-c', config);
    await until(() => child?.exitCode === 0, 'the end');
  }, 300_000);

  it.each([
    ['--workers', '0'],
    ['--workers', '65'],
    ['--workers', '3'],
  ])('says what is wrong with %s %s', (...flags) => {
    const { code, stderr } = beryl(['peer', 'start', '-c', config, ...flags]);
    expect(stderr).toMatch(/whole number of 1 to 64|each of 3 workers needs one/);
    expect(code).not.toBe(0);
  });
});
