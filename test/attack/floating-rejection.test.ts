import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Client } from '../../client/index.ts';
import { beryl, folderOf } from '../support/cli.ts';
import { DaemonProcess, until } from '../support/daemons.ts';

// Goal:    one call ends a peer, or hides how a script ended.
// Means:   a function of a module that forgets an `await`, so that its promise rejects and nothing awaits it.
// Refused: by the fault policy of the command line: the peer logs it and goes on; `run` shows it and the outcome.
const FLOATING = `
import { defineService } from 'beryl/services';
const quiet = { arguments: {}, guards: {} };
const soon = () => new Promise(resolve => setTimeout(resolve, 1));
export default defineService({
  id: 'f',
  state: { n: 0 },
  functions: {
    late: { ...quiet, handler: (_, call) => { const { state } = call; void soon().then(() => (state.n = 1)); return 'late'; } },
    reject: { ...quiet, handler: () => { Promise.reject(new RangeError('forgotten')); return 'reject'; } },
    nothing: { ...quiet, handler: () => { Promise.reject(); return 'nothing'; } },
    hostile: { ...quiet, handler: () => { Promise.reject({ get stack() { throw 1; }, toString() { throw 1; } }); return 'hostile'; } },
    throws: { ...quiet, handler: () => { setTimeout(() => { throw new Error('in a timer'); }, 1); return 'throws'; } },
    honest: { ...quiet, async handler(_, call) { await soon(); call.state.n += 1; return 'honest'; } },
    wait: { ...quiet, handler: () => new Promise(resolve => setTimeout(() => resolve('wait'), 200)) },
    leave: { ...quiet, handler: () => process.exit(0) },
  },
});`;

const call = (name: string): string =>
  `(seq (call peer ("f" "${name}") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`;

const ends: { end(): unknown }[] = [];
afterEach(async () => {
  for (const one of ends.splice(0).toReversed()) await one.end();
});

async function peerAndClient(): Promise<[DaemonProcess, Client]> {
  const peer = await DaemonProcess.init({ 'floating.mjs': FLOATING });
  peer.set('services', [{ kind: 'module', path: './floating.mjs' }]);
  ends.push(peer);
  await peer.start();
  const client = await connect({ address: peer.address, connectMs: 30_000 });
  ends.push({ end: () => client.close() });
  return [peer, client];
}

describe('a running peer', () => {
  it('logs a floating rejection with the handler that made it, and goes on', async () => {
    const [peer, client] = await peerAndClient();
    const run = (name: string): Promise<unknown> =>
      client.run(call(name), { variables: { peer: peer.peerId }, ttlMs: 30_000 });
    for (const name of ['late', 'reject', 'nothing', 'hostile']) expect(await run(name)).toBe(name);
    const log = async (): Promise<string> => (await peer.ask('log')).stdout;
    await until(async () => (await log()).split('nothing awaits it').length > 4, 'four lines of the log');
    const text = await log();
    for (const name of ['late', 'reject', 'nothing', 'hostile'])
      expect(text).toContain(`"handler":"f.${name}"`);
    expect(text).toContain('f.late: late write or read of the state');
    expect(text).toMatch(/RangeError: forgotten.{1,100}floating\.mjs/);
    expect(await run('honest')).toBe('honest');
    expect(await peer.end()).toBe(0);
  });

  it('an exception that nothing caught ends it, in order', async () => {
    const [peer, client] = await peerAndClient();
    const variables = { peer: peer.peerId };
    expect(await client.run(call('honest'), { variables, ttlMs: 30_000 })).toBe('honest');
    void client.run(call('throws'), { variables, ttlMs: 30_000 }).catch(() => undefined);
    await until(() => peer.exitCode !== null, 'the end of the peer');
    expect([peer.exitCode, peer.shown]).toEqual([
      70,
      expect.stringMatching(/an exception that nothing caught ends the peer[^]*"stopped"/),
    ]);
  });
});

describe('`beryl run`', () => {
  const run = (script: string) => {
    const network = {
      init: 'alice',
      peers: { alice: { services: [{ kind: 'module', path: './floating.mjs' }] } },
    };
    const folder = folderOf({
      'floating.mjs': FLOATING.replace(
        'beryl/services',
        new URL('../../dist/services/index.js', import.meta.url).href,
      ),
      'network.json': JSON.stringify(network),
      's.air': script.replaceAll('peer ', 'alice '),
    });
    return beryl(['run', join(folder, 's.air'), '-n', join(folder, 'network.json'), '--json']);
  };
  const both = (name: string): string => `(seq (call peer ("f" "${name}") []) ${call('wait')})`;

  it.each(['late', 'reject', 'nothing', 'hostile'])('%s: the outcome is shown, the exit code is 70', name => {
    const { code, stdout, stderr } = run(both(name));
    expect([code, JSON.parse(stdout)]).toMatchObject([70, { outcome: 'ok', response: 'wait' }]);
    expect(stderr).toContain(`a promise made by \`f.${name}\` rejected, and nothing awaits it`);
  });

  it('honest twin: a handler that awaits its work ends with exit code 0', () => {
    const { code, stdout } = run(both('honest'));
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { outcome: 'ok', response: 'wait' }]);
  });

  it('a handler that ends the process hides no outcome', () => {
    const { code, stdout, stderr } = run(both('leave'));
    expect([code, JSON.parse(stdout)]).toMatchObject([70, { outcome: 'internal-error', exitCode: 70 }]);
    expect(stderr).toContain('a module ended the process (`process.exit`) before the outcome was known');
  });
});
