import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PEER_PACKAGES } from '../../cli/daemon/packages.ts';
import { idOf } from '../support/cast.ts';
import { beryl, ROOT } from '../support/cli.ts';
import { shell } from '../support/documents.ts';

/** Beryl as it is installed, without the packages that it does not install by itself. */
const installed = mkdtempSync(join(tmpdir(), 'beryl-alone-'));
beforeAll(() => {
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, part), join(installed, part), { recursive: true });
  mkdirSync(join(installed, 'own'));
});

describe('without the packages of a daemon', () => {
  const run = (line: string) => shell(`node ${installed}/bin/beryl.mjs ${line}`, join(installed, 'own'));

  it('a peer says what to install, all of it at once', () => {
    expect(run('peer init .').code).toBe(0);
    const { code, shown } = run('peer start');
    expect([code, shown]).toEqual([
      2,
      expect.stringMatching(
        /ERR_CLI_PACKAGE: .*npm install pino@10 libp2p@3 .*@multiformats\/multiaddr@13 ws@8/,
      ),
    ]);
    const libp2p = readFileSync(join(ROOT, 'peer/transports/libp2p-packages.ts'), 'utf8');
    for (const name of PEER_PACKAGES.slice(1)) expect(libp2p).toContain(name);
  });

  it('an agent says what to install', () => {
    const { code, shown } = run(`mcp ${ROOT}/examples/10-agent/agent.json`);
    expect([code, shown]).toEqual([
      2,
      expect.stringMatching(/ERR_CLI_PACKAGE: .*npm install @modelcontextprotocol\/sdk@1/),
    ]);
    const program = `import('${installed}/dist/agents/index.js').then(({ stdioTransport }) => stdioTransport({ command: 'x' })).catch(({ code }) => console.log(code))`;
    const { shown: thrown } = shell(`node --eval "${program}"`, join(installed, 'own'));
    expect(thrown.trim()).toBe('ERR_AGENT_PACKAGE');
  });

  it('a client says what to install for libp2p', () => {
    const { code, shown } = run(
      `run ${ROOT}/examples/01-honest-post/script.air --peer /ip4/127.0.0.1/tcp/1/p2p/${idOf('bob')}`,
    );
    expect([code, shown]).toEqual([2, expect.stringMatching(/ERR_LINK_PACKAGES: .*npm install libp2p@3/)]);
  });
});

describe('without the engine for JavaScript guests', () => {
  it('a sandbox says what to install', () => {
    const program = `import { sandboxed } from '${installed}/dist/sandbox/index.js';
      const schema = { '~standard': { version: 1, vendor: 'own', validate: value => ({ value }) } };
      const functions = { run: { arguments: {}, guards: {}, result: schema } };
      await sandboxed('export const run = () => 1;', { id: 'g', functions }).catch(error => console.log(error.code, error.message));`;
    const { shown } = shell(
      `node --input-type=module -e '${program.replaceAll("'", `'\\''`)}'`,
      join(installed, 'own'),
    );
    expect(shown).toMatch(/^ERR_SANDBOX_PACKAGE .*npm install quickjs-emscripten@0\.32/m);
  });
});

describe('what an operator gets', () => {
  const server = createServer();
  afterAll(() => server.close());

  it('a peer that is not running cannot be asked', () => {
    const folder = mkdtempSync(join(tmpdir(), 'beryl-peer-'));
    beryl(['peer', 'init', folder]);
    const { code, stderr } = beryl(['peer', 'status', '-c', join(folder, 'peer.jsonc')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('ERR_CLI_PEER: no peer is running')]);
  });

  it('a port of metrics that is taken is an error, and nothing is left running', async () => {
    await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const folder = mkdtempSync(join(tmpdir(), 'beryl-peer-'));
    beryl(['peer', 'init', folder, '--listen', '/ip4/127.0.0.1/tcp/0', '--metrics', `127.0.0.1:${port}`]);
    const config = join(folder, 'peer.jsonc');
    const { code, stderr } = beryl(['peer', 'start', '-c', config]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('ERR_CLI_LISTEN')]);
    expect(beryl(['peer', 'status', '-c', config]).code).toBe(2);
  });
});
