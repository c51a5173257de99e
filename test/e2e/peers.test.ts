import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toHex } from '../../base/bytes.ts';
import { connect, type Client } from '../../client/index.ts';
import { seedOf, idOf } from '../support/cast.ts';
import { beryl, folderOf } from '../support/cli.ts';
import { DaemonProcess, until } from '../support/daemons.ts';

const running: { end(): unknown }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.end();
});

async function daemon(files: Readonly<Record<string, string>> = {}, settings: Record<string, unknown> = {}) {
  const made = await DaemonProcess.init(files);
  for (const [name, value] of Object.entries(settings)) made.set(name, value);
  running.push(made);
  await made.start();
  return made;
}

async function client(to: DaemonProcess, name?: string): Promise<Client> {
  const made = await connect({
    address: to.address,
    connectMs: 30_000,
    ...(name !== undefined && { secretKey: seedOf(name) }),
  });
  running.push({ end: () => made.close() });
  return made;
}

/** Counts its calls in a file, under their keys, and in its state. */
const COUNTER = `
import { appendFileSync } from 'node:fs';
import { defineService } from 'beryl/services';
export default defineService({
  id: 'counter',
  state: { count: 0 },
  functions: {
    add: {
      arguments: {},
      guards: {},
      async handler(_, call) {
        appendFileSync(new URL('effects.txt', import.meta.url), call.idempotencyKey + '\\n');
        await new Promise(resolve => setTimeout(resolve, 5));
        call.state.count += 1;
        return call.state.count;
      },
    },
    get: { arguments: {}, guards: {}, handler: (_, call) => call.state.count },
  },
});`;

const ADD = '(seq (call peer ("counter" "add") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))';
const CONCAT =
  '(seq (call peer ("op" "concat_strings") ["a" "b"] x) (call %init_peer_id% ("callbackSrv" "response") [x]))';
const TTL = { ttlMs: 60_000 };

describe('beryl peer', () => {
  it('three peers: a script visits all of them and comes home to a client that listens nowhere', async () => {
    const all = [await DaemonProcess.init(), await DaemonProcess.init(), await DaemonProcess.init()] as const;
    for (const one of all)
      one.set(
        'peers',
        all.flatMap(({ address }) => (address === one.address ? [] : [address])),
      );
    running.push(...all);
    await Promise.all(all.map(one => one.start()));
    const [a, b, c] = all;
    const script = `(seq (call a ("op" "concat_strings") ["a"] x)
      (seq (call b ("op" "concat_strings") [x "b"] y)
      (seq (call c ("op" "concat_strings") [y "c"] z)
           (call %init_peer_id% ("callbackSrv" "response") [z]))))`;
    const alice = await client(a, 'alice');
    const variables = { a: a.peerId, b: b.peerId, c: c.peerId };
    // From c it comes home through a, which carries connections.
    expect(await alice.run(script, { variables, ...TTL })).toBe('abc');
    expect(alice.peerId).toBe(idOf('alice'));
    expect((await a.ask('log')).stdout).toContain('call served');
  }, 180_000);

  it('three peers that know one address find each other', async () => {
    const all = [await DaemonProcess.init(), await DaemonProcess.init(), await DaemonProcess.init()] as const;
    const [a, b, c] = all;
    for (const one of all) one.set('kad', true);
    for (const one of [b, c]) one.set('bootstrap', [a.address]);
    running.push(...all);
    await Promise.all(all.map(one => one.start()));
    const bob = await client(a);
    // The client knows a only, which carries its connections.
    const near = `(seq (call a ("op" "identity") [""] none)
      (seq (call b ("kad" "neighborhood") [c] x) (call %init_peer_id% ("callbackSrv" "response") [x])))`;
    const variables = { a: a.peerId, b: b.peerId, c: c.peerId };
    const neighborhood = async (): Promise<string[]> =>
      (await bob.run(near, { variables, ...TTL })) as string[];
    await until(async () => (await neighborhood()).includes(c.peerId), 'that c is found');
    // Beside them b knows the client, with which it is connected over a.
    const found = await neighborhood();
    expect([found[0], found.includes(a.peerId)]).toEqual([c.peerId, true]);
    // b has no address of c in its configuration, nor c of b.
    const script = `(seq (call a ("op" "concat_strings") ["a"] x)
      (seq (call b ("op" "concat_strings") [x "b"] y)
      (seq (call c ("op" "concat_strings") [y "c"] z)
           (call %init_peer_id% ("callbackSrv" "response") [z]))))`;
    expect(await bob.run(script, { variables, ...TTL })).toBe('abc');
    expect((await b.status()).connected).toContain(c.peerId);
  }, 180_000);

  it('`beryl repl` connects to a running peer beside its own', async () => {
    const a = await daemon();
    const network = JSON.stringify({ init: 'me', peers: { me: {} }, ttlMs: 60_000 });
    const input = [
      `:connect ${a.address} node`,
      ':peers',
      '(call node ("op" "concat_strings") ["a" "b"] x)',
      '(seq (call node ("op" "concat_strings") ["a" "b"] x) (call %init_peer_id% ("callbackSrv" "response") [x]))',
      '(seq (call node ("op" "concat_strings") [x "c"] y) (call %init_peer_id% ("callbackSrv" "response") [y]))',
      ':why y',
      ':as me',
      '(call me ("op" "concat_strings") [y "d"] z)',
    ].join('\n');
    const end = beryl(['repl', '-n', join(folderOf({ 'n.json': network }), 'n.json')], input);
    expect(end.stdout).toMatch(new RegExp(`connected to node \\(${a.peerId}\\); you are 12D3\\w+ there`));
    expect(end.stdout).toContain(`${a.peerId} *\n`);
    // The first script ends on the other peer: nothing of it comes back.
    expect(end.stdout).toContain('end it with `callbackSrv.response` at `%init_peer_id%`');
    expect(end.stdout).toContain('x = "ab"');
    expect(end.stdout).toContain('note: x loaded as data');
    expect(end.stdout).toContain('response: "abc"');
    expect(end.stdout).toContain('(node, op, concat_strings, ) record');
    expect(end.stdout).toContain('z = "abcd"');
    expect(end.code).toBe(0);
  });

  it('one script goes from a peer of `beryl repl` to a running peer, to another one here, and back', async () => {
    const a = await daemon();
    const seed = () => toHex(crypto.getRandomValues(new Uint8Array(32)));
    const bank = { kind: 'constant', id: 'bank', functions: { pay: 'paid' } };
    const network = JSON.stringify({
      init: 'me',
      ttlMs: 60_000,
      peers: { me: { seed: seed() }, shop: { seed: seed(), services: [bank] }, stranger: {} },
    });
    const there = `(call node ("op" "concat_strings") ["a" "b"] x)`;
    const input = [
      '(call me ("op" "concat_strings") ["here"] first)',
      `:connect ${a.address} node`,
      ':as me',
      `(seq ${there} (seq (call shop ("bank" "pay") [x] y) (call %init_peer_id% ("callbackSrv" "response") [x y])))`,
      ':why y',
      // Without a response: it ends on the other peer here.
      `(seq ${there} (call shop ("bank" "pay") [x] late))`,
      '(call shop ("bank" "pay") [first y] both)',
      ':as stranger',
      there,
    ].join('\n');
    const end = beryl(['repl', '-n', join(folderOf({ 'n.json': network }), 'n.json')], input);
    expect(end.stdout).toContain('scripts that start at me, shop can go to node and back');
    expect(end.stderr).not.toContain('Warning');
    expect(end.stdout).toContain('argument 1: from (node, op, concat_strings, )');
    expect(end.stdout).toContain('response: ["ab","paid"]');
    expect(end.stdout).toMatch(/\(shop, bank, pay, \) record[^]*\(node, op, concat_strings, \) record/);
    expect(end.stdout).toContain('late = "paid"');
    // What a peer elsewhere has answered cannot be answered again here.
    expect(end.stdout).toContain('note: y loaded as data');
    expect(end.stdout).toContain('both = "paid"');
    expect(end.stdout).toContain('only peers with a `seed` of their own in the network file are');
    expect(end.code).toBe(3);
  });

  it('`beryl repl` on virtual time keeps its own peers from running ones', async () => {
    const a = await daemon();
    const network = JSON.stringify({
      init: 'me',
      clock: 'virtual',
      peers: { me: { seed: 'a1'.repeat(32) } },
    });
    const input = [`:connect ${a.address} node`, ':as me', '(call node ("op" "noop") [])'].join('\n');
    const end = beryl(['repl', '-n', join(folderOf({ 'n.json': network }), 'n.json')], input);
    expect(end.stdout).toContain('the time of this session is virtual');
    expect(end.stdout).toContain('on this network');
    expect(end.code).toBe(3);
  });

  it('`beryl run --peer` reports as with a network file', async () => {
    const a = await daemon();
    const script = join(folderOf({ 's.air': CONCAT }), 's.air');
    const { code, stdout, stderr } = beryl(['run', script, '--peer', a.address, '--ttl', '60000', '--json']);
    expect(stderr).toContain('outcome: ok');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { outcome: 'ok', response: 'ab', peers: { peer: a.peerId } },
    ]);
    const unset = beryl(['run', '-', '--peer', a.address], '(call peer ("op" "identity") [what] x)');
    expect([unset.code, unset.stderr]).toEqual([2, expect.stringContaining('give `--var what=<value>`')]);
    const missing = beryl(['run', script, '--peer', a.address, '--network', 'x']);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('ERR_CLI_COMMAND')]);
  });

  it('`beryl run --peer` ends within the ttl if there is no peer: exit code 3', () => {
    const script = join(folderOf({ 's.air': CONCAT }), 's.air');
    const dead = `/ip4/127.0.0.1/tcp/1/p2p/${idOf('alice')}`;
    const begun = Date.now();
    const { code, stdout, stderr } = beryl(['run', script, '--peer', dead, '--ttl', '1500', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      3,
      { outcome: 'network-error', exitCode: 3, code: 'ERR_CLIENT_OFFLINE' },
    ]);
    expect(stderr).toContain('within 1500 ms');
    expect(Date.now() - begun).toBeLessThan(8000);
    for (const ttl of ['0', '-1', 'soon', '1.5'])
      expect(beryl(['run', script, '--peer', dead, `--ttl=${ttl}`]).code).toBe(2);
  });

  it('a second start names the process that runs; drain says `draining`', async () => {
    const a = await daemon();
    const { code, stderr } = await a.ask('start');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /ERR_CLI_PEER: this peer already runs as process \d+: `beryl peer stop -c .*` stops it/,
      ),
    ]);
    const { stdout } = await a.ask('drain');
    expect(stdout).toContain('draining: true');
    expect(stdout).not.toContain('isPaused');
  });

  it('denies at once, and still after a restart; allows again', async () => {
    const a = await daemon();
    const mallory = await client(a, 'mallory');
    const alice = await client(a, 'alice');
    const variables = { peer: a.peerId };
    expect(await mallory.run(CONCAT, { variables, ...TTL })).toBe('ab');
    expect((await a.ask('deny', mallory.peerId, '--reason', 'stolen key')).code).toBe(0);
    await until(
      async () => !(await a.status()).connected.includes(mallory.peerId),
      'the end of the connection',
    );
    await expect(mallory.run(CONCAT, { variables, ttlMs: 3000 })).rejects.toThrow();
    expect(await alice.run(CONCAT, { variables, ...TTL })).toBe('ab');
    await a.end();
    await a.start();
    expect((await a.status()).denied).toEqual({ operator: 1 });
    await expect(mallory.run(CONCAT, { variables, ttlMs: 3000 })).rejects.toThrow();
    expect((await a.ask('allow', mallory.peerId)).code).toBe(0);
    expect(await mallory.run(CONCAT, { variables, ...TTL })).toBe('ab');
  });

  it('drains: takes nothing new, finishes what is here, and takes again after `resume`', async () => {
    const a = await daemon();
    const alice = await client(a);
    const variables = { peer: a.peerId };
    expect(await alice.run(CONCAT, { variables, ...TTL })).toBe('ab');
    expect((await a.ask('drain')).code).toBe(0);
    expect(await a.status()).toMatchObject({ isPaused: true, atWork: 0 });
    await expect(alice.run(CONCAT, { variables, ttlMs: 1500 })).rejects.toMatchObject({
      message: expect.stringMatching(/ERR_PARTICLE_PAUSED|expired/) as string,
    });
    expect((await a.ask('resume')).code).toBe(0);
    expect(await alice.run(CONCAT, { variables, ...TTL })).toBe('ab');
  });

  it('rolling restart under load: nothing is lost, and nothing is done under two keys', async () => {
    const a = await daemon(
      { 'counter.mjs': COUNTER },
      { services: [{ kind: 'module', path: './counter.mjs' }] },
    );
    const alice = await client(a);
    const count = 120;
    const runs: Promise<unknown>[] = [];
    const load = (async () => {
      for (let i = 0; i < count; i++) {
        runs.push(alice.run(ADD, { variables: { peer: a.peerId }, ttlMs: 120_000 }));
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    })();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await until(() => existsSync(join(a.folder, 'effects.txt')) && effectsOf(a).length > 5, 'some effects');
      expect(await a.end(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
      await a.start();
    }
    await load;
    const results = await Promise.all(runs);
    expect(new Set(results).size).toBe(count);
    expect(new Set(effectsOf(a)).size).toBe(count);
    const get = ADD.replace('"add"', '"get"');
    expect(await alice.run(get, { variables: { peer: a.peerId }, ...TTL })).toBe(count);
  });

  it('refuses a configuration with mistakes, and a second process on the same folder', async () => {
    const a = await daemon();
    const config = join(a.folder, 'peer.jsonc');
    const second = beryl(['peer', 'start', '-c', config, '--listen', '/ip4/127.0.0.1/tcp/0']);
    expect([second.code, second.stderr]).toEqual([
      2,
      expect.stringContaining('ERR_CLI_PEER: this peer already runs as process'),
    ]);
    // The first one is as it was.
    expect((await a.ask('status')).code).toBe(0);
    a.set('envelopes', 'maybe');
    const wrong = beryl(['peer', 'start', '-c', config]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('envelopes: ')]);
  });

  it('init writes over nothing', async () => {
    const folder = folderOf({});
    expect(beryl(['peer', 'init', folder]).code).toBe(0);
    const key = readFileSync(join(folder, 'peer.key'), 'utf8');
    expect(beryl(['peer', 'init', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists already') as string,
    });
    expect(readFileSync(join(folder, 'peer.key'), 'utf8')).toBe(key);
  });
});

const effectsOf = ({ folder }: DaemonProcess): string[] =>
  readFileSync(join(folder, 'effects.txt'), 'utf8').trim().split('\n');

describe('connect', () => {
  it('waits for a peer that comes back: scripts wait in the outbox', async () => {
    const a = await daemon();
    const states: string[] = [];
    const alice = await connect({
      address: a.address,
      connectMs: 30_000,
      onState: state => void states.push(state),
    });
    running.push({ end: () => alice.close() });
    await a.end();
    await until(() => alice.state === 'connecting', 'the loss of the connection');
    const run = alice.run(CONCAT, { variables: { peer: a.peerId }, ...TTL });
    await a.start();
    expect(await run).toBe('ab');
    expect(states).toEqual(['connected', 'connecting', 'connected']);
  });

  it('fails by stage: no peer, no time, a name that is missing, a script that is wrong, a closed client', async () => {
    const nowhere = `/ip4/127.0.0.1/tcp/1/p2p/${idOf('bob')}`;
    await expect(connect({ address: nowhere, connectMs: 300 })).rejects.toMatchObject({
      code: 'ERR_CLIENT_OFFLINE',
      details: { stage: 'connect' },
    });
    const alice = await connect({ address: nowhere, connectMs: 0, outboxMax: 1 });
    const offline = alice.run('(null)', { ttlMs: 300 });
    await expect(alice.run('(null)')).rejects.toMatchObject({ code: 'ERR_CLIENT_OUTBOX_FULL' });
    await expect(offline).rejects.toMatchObject({ code: 'ERR_CLIENT_OFFLINE' });
    await expect(alice.run('(call x ("a" "b") [])')).rejects.toMatchObject({ code: 'ERR_CLIENT_VARIABLE' });
    await expect(alice.run('(nul)')).rejects.toMatchObject({ name: 'AirError' });
    const closed = expect(alice.run('(null)', { ttlMs: 10_000 })).rejects.toMatchObject({
      code: 'ERR_CLIENT_CLOSED',
    });
    await alice.close();
    await closed;
    await expect(connect({ addres: nowhere } as never)).rejects.toThrow(/did you mean `address`/);
  });
});
