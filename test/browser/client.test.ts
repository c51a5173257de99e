import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../support/cast.ts';
import { ROOT } from '../support/cli.ts';
import { DaemonProcess, freePort } from '../support/daemons.ts';
import { CHROMIUM, openPage } from './chromium.ts';
import { servePackages, type PackageServer } from './package-server.ts';

// A page and a peer in another process, over WebSockets. The page is bundled, as programs with libp2p are: some of its packages have
// parts in CommonJS, which no browser loads.

const required = process.env['BERYL_REQUIRE_ALL'] !== undefined;
if (CHROMIUM === undefined && !required)
  process.stderr.write('browser: skipped, no Chromium found; set CHROMIUM, or apt-get install chromium\n');

interface Page {
  readonly failure?: string;
  readonly hasProcess: boolean;
  readonly outcome: {
    readonly response: unknown;
    readonly shown: readonly unknown[];
    readonly unknown: string;
    readonly refused: string;
    readonly states: readonly string[];
    readonly peerId: string;
  };
}

describe.skipIf(CHROMIUM === undefined && !required)('a page as client of a running peer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-page-'));
  let server: PackageServer | undefined;
  let peer: DaemonProcess | undefined;
  let page: Page;

  beforeAll(async () => {
    if (CHROMIUM === undefined) throw new Error('BERYL_REQUIRE_ALL is set, and there is no Chromium');
    writeFileSync(join(folder, 'page.mjs'), await bundled());
    peer = await DaemonProcess.init();
    const at = `/ip4/127.0.0.1/tcp/${await freePort()}/ws`;
    peer.set('listen', [at]);
    await peer.start();
    const input = { address: `${at}/p2p/${peer.peerId}`, wrong: `${at}/p2p/${idOf('mallory')}` };
    server = await servePackages(folder, 'page.mjs', input);
    page = (await openPage(CHROMIUM, server.url, server.result)) as Page;
  });
  afterAll(async () => {
    server?.close();
    await peer?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs a script there: calls on the peer, callbacks in the page', () => {
    expect(page.failure).toBeUndefined();
    expect(page.hasProcess).toBe(false);
    expect(page.outcome).toMatchObject({
      response: 'shown: from a page',
      shown: ['from a page'],
      states: ['connected', 'closed'],
    });
    expect(peer?.shown).toContain('"msg":"call served"');
  });

  it('gets the failure of a script', () => {
    expect(page.outcome.unknown).toMatch(/^ERR_STARTED_\w+ .*nobody/s);
  });

  it('refuses a peer with another key at that address', () =>
    expect(page.outcome.refused).toBe('ERR_CLIENT_OFFLINE'));
});

async function bundled(): Promise<string> {
  const build = await rolldown({
    cwd: ROOT,
    input: join(import.meta.dirname, 'client-page.mjs'),
    platform: 'browser',
    checks: { bundlerTimings: false },
    // Peers of an organisation meet on a bus, and pages do not.
    external: /^@nats-io\//,
    onLog(level, log, handler) {
      if (level === 'warn') throw new Error(log.message);
      handler(level, log);
    },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await build.generate({ format: 'es', codeSplitting: false });
  await build.close();
  return output[0].code;
}
