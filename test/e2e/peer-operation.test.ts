import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Client } from '../../client/index.ts';
import { fileSink, Recorder } from '../../audit/index.ts';
import type { PeerObserver } from '../../peer/index.ts';
import { idOf, seedOf, signer } from '../support/cast.ts';
import { beryl, ROOT } from '../support/cli.ts';
import { DaemonProcess, freePort, until } from '../support/daemons.ts';

const running: { end(): unknown }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.end();
});

async function client(to: DaemonProcess, name: string, observer: PeerObserver = {}): Promise<Client> {
  const made = await connect({ address: to.address, connectMs: 30_000, secretKey: seedOf(name), observer });
  running.push({ end: () => made.close() });
  return made;
}

const BANK = `
import { defineService } from 'beryl/services';
import { z } from 'zod';
export default defineService({
  id: 'bank',
  functions: { pay: { arguments: { amount: z.number() }, guards: {}, handler: ({ amount }) => amount } },
});`;

const PAY = '(seq (call peer ("bank" "pay") [5] x) (call %init_peer_id% ("callbackSrv" "response") [x]))';

const policyOf = (...initPeers: readonly string[]): string =>
  JSON.stringify({
    format: 'beryl/policy/1',
    rules: [{ id: 'customers', service: 'bank', because: 'customers only', initPeers }],
  });

/** A peer with the bank, that serves metrics. */
async function bank(files: Readonly<Record<string, string>> = {}) {
  const peer = await DaemonProcess.init({ 'bank.mjs': BANK, ...files });
  const metrics = `127.0.0.1:${await freePort()}`;
  peer.set('services', [{ kind: 'module', path: './bank.mjs' }]);
  peer.set('metrics', metrics);
  peer.set('envelopes', 'enforce');
  running.push(peer);
  const scrape = async (): Promise<string> => (await fetch(`http://${metrics}/metrics`)).text();
  const pay = (from: Client) => from.run(PAY, { variables: { peer: peer.peerId }, ttlMs: 60_000 });
  return { peer, scrape, pay };
}

describe('the policy of a running peer', () => {
  it('follows its file: a change counts at once, a malformed file changes nothing', async () => {
    const { peer, scrape, pay } = await bank({ 'policy.json': policyOf('alice') });
    peer.add('policy', 'policy.json');
    peer.set('names', { alice: idOf('alice'), mallory: idOf('mallory') });
    const write = (text: string): void => writeFileSync(join(peer.folder, 'policy.json'), text);
    await peer.start();
    const first = (await peer.status()).policy;
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    const [alice, mallory] = [await client(peer, 'alice'), await client(peer, 'mallory')];
    expect(await pay(alice)).toBe(5);
    await expect(pay(mallory)).rejects.toThrow(/customers only/);
    const denial = peer.shown.split('\n').find(line => line.includes('"msg":"call denied"'));
    expect(JSON.parse(denial ?? '{}')).toMatchObject({
      code: 'ERR_CALL_DENIED_POLICY',
      stage: 'policy',
      policy: first,
      rules: 'customers',
    });

    for (const malformed of ['{"format": "beryl/policy/1", "rules": [{}]}', '{', misfit]) {
      const refusals = peer.shown.split('the policy file is not in force').length;
      write(malformed);
      await until(
        () => peer.shown.split('the policy file is not in force').length > refusals,
        'the refusal of a policy',
      );
      expect((await peer.status()).policy).toBe(first);
    }
    await expect(pay(mallory)).rejects.toThrow(/customers only/);
    expect(await pay(alice)).toBe(5);

    write(policyOf('alice', 'mallory'));
    await until(async () => (await peer.status()).policy !== first, 'another policy');
    expect(await pay(mallory)).toBe(5);
    const metrics = await scrape();
    expect(metrics).toContain('beryl_policy_reloads_total{result="refused"} 3\n');
    expect(metrics).toContain('beryl_policy_reloads_total{result="taken"} 1\n');
    expect(metrics).toContain(
      'beryl_calls_total{decision="denied",stage="policy",code="ERR_CALL_DENIED_POLICY"} 2\n',
    );
  }, 120_000);

  it('a peer does not start with a malformed one', async () => {
    const { peer } = await bank({ 'policy.json': '{"format": "beryl/policy/2", "rules": []}' });
    peer.add('policy', 'policy.json');
    await expect(peer.start()).rejects.toThrow(/ERR_CLI_POLICY/);
  });
});

const misfit = JSON.stringify({
  format: 'beryl/policy/1',
  rules: [{ id: 'a', service: 'bank', functions: ['pays'], arguments: { amount: { literal: true } } }],
});

/** Stands for a preloaded file that registers an exporter; this one writes into a file. */
const OTEL = `
import { appendFileSync } from 'node:fs';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { defineService } from 'beryl/services';
const exporter = {
  export(spans, done) {
    for (const { name, attributes } of spans)
      appendFileSync(new URL('spans.jsonl', import.meta.url), JSON.stringify({ name, ...attributes }) + '\\n');
    done({ code: 0 });
  },
  shutdown: async () => undefined,
};
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
export default defineService({ id: 'otel', functions: { none: { arguments: {}, guards: {}, handler: () => 0 } } });`;

/** Trusts the clock of one peer, by its name. */
const GATE = `
import { defineService, expectOrigin } from 'beryl/services';
import { z } from 'zod';
export default ({ peers, follow }) => defineService({
  id: 'gate',
  functions: {
    open: {
      arguments: { at: z.number() },
      guards: { at: expectOrigin(follow(peers.clock), 'peer', 'timestamp_sec', '') },
      handler: () => 'open',
    },
  },
});`;

it('a service follows the name of a peer: through a rotation of its key, and not to a revoked key', async () => {
  const [clock, gate] = [await DaemonProcess.init(), await DaemonProcess.init({ 'gate.mjs': GATE })];
  running.push(clock, gate);
  gate.set('names', { clock: clock.peerId });
  gate.set('services', [{ kind: 'module', path: 'gate.mjs' }]);
  clock.set('bootstrap', [gate.address]);
  await Promise.all([gate.start(), clock.start()]);
  const to = await connect({ address: gate.address, connectMs: 30_000 });
  running.push({ end: () => to.close() });
  const [key, statements] = [join(clock.folder, 'peer.key'), join(clock.folder, 'identity.json')];
  /** The id of the key that the clock has now. */
  const current = (): string => (JSON.parse(readFileSync(key, 'utf8')) as { peerId: string }).peerId;
  const open = (peer = current()): Promise<unknown> =>
    to.run(
      // It begins at the gate, which the client knows, and which is connected to the clock.
      `(seq (call gate ("op" "identity") [""] none)
       (seq (call clock ("peer" "timestamp_sec") [] at)
       (seq (call gate ("gate" "open") [at] x) (call %init_peer_id% ("callbackSrv" "response") [x]))))`,
      { variables: { clock: peer, gate: gate.peerId }, ttlMs: 60_000 },
    );
  const tell = async (): Promise<void> => {
    expect(beryl(['keys', 'export', key, '-o', statements]).code).toBe(0);
    expect((await gate.ask('identity', statements)).code).toBe(0);
  };
  /** The store of a peer belongs to one key. */
  const rotate = async (data: string, ...flags: string[]): Promise<void> => {
    await clock.end();
    expect(beryl(['keys', 'rotate', key, ...flags]).code).toBe(0);
    clock.set('data', data);
    await clock.start();
  };

  await expect(open()).rejects.toThrow('wrong origin');
  await tell();
  expect(await open()).toBe('open');
  await rotate('second');
  // The gate has not heard of the new key.
  await expect(open()).rejects.toThrow('wrong origin');
  await tell();
  expect(await open()).toBe('open');
  await rotate('third', '--revoke');
  await tell();
  expect(await open()).toBe('open');
  // It outlives the process.
  await gate.end();
  await gate.start();
  expect(await open()).toBe('open');
}, 300_000);

it('a running peer makes spans of particles, runs and calls', async () => {
  const { peer, pay } = await bank({ 'otel.mjs': OTEL });
  symlinkSync(join(ROOT, 'node_modules/@opentelemetry'), join(peer.folder, 'node_modules/@opentelemetry'));
  peer.set(
    'services',
    ['./bank.mjs', './otel.mjs'].map(path => ({ kind: 'module', path })),
  );
  peer.set('traces', true);
  await peer.start();
  expect(await pay(await client(peer, 'alice'))).toBe(5);
  expect(await peer.end()).toBe(0);
  const spans = readFileSync(join(peer.folder, 'spans.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(spans).toContainEqual(
    expect.objectContaining({ name: 'call', 'beryl.service': 'bank', 'beryl.decision': 'served' }),
  );
  expect(spans.filter(({ name }) => name === 'particle').length).toBe(1);
  expect(spans.filter(({ name }) => name === 'run').length).toBeGreaterThan(1);
});

describe('the recorder of a running peer', () => {
  it('each start makes a recording under an origin of its own, which `beryl audit verify` accepts', async () => {
    const { peer, scrape, pay } = await bank({ 'policy.json': policyOf('alice', 'mallory') });
    peer.add('policy', 'policy.json');
    peer.set('names', { alice: idOf('alice'), mallory: idOf('mallory') });
    peer.set('record', { mode: 'all' });
    const folder = join(peer.folder, 'data/recordings');
    const own: string[] = [];
    for (const customers of [['alice', 'mallory'], ['alice']]) {
      await peer.start();
      // The clients record as well: only together are the recordings complete.
      own.push(join(peer.folder, `clients-${own.length}.beryl`));
      const sink = fileSink(own.at(-1) as string);
      const recorder = new Recorder({ sink, origin: `clients/${own.length}`, signer: signer('carol') });
      for (const name of ['alice', 'mallory']) recorder.addPeer({ peerId: idOf(name), name });
      const [alice, mallory] = [
        await client(peer, 'alice', recorder),
        await client(peer, 'mallory', recorder),
      ];
      expect(await pay(alice)).toBe(5);
      const before = (await peer.status()).policy;
      writeFileSync(join(peer.folder, 'policy.json'), policyOf(...customers.toReversed(), idOf('bob')));
      await until(async () => (await peer.status()).policy !== before, 'another policy');
      if (customers.length === 1) await expect(pay(mallory)).rejects.toThrow(/customers only/);
      const { recording = '' } = await peer.status();
      await until(() => statSync(recording).size > 0, 'some lines');
      expect(Number(/^beryl_recorder_bytes_total (\d+)$/m.exec(await scrape())?.[1])).toBeGreaterThan(1000);
      await alice.close();
      await mallory.close();
      recorder.end();
      sink.close();
      expect(await peer.end()).toBe(0);
    }
    const { peerId: recorder } = JSON.parse(
      beryl(['keys', 'show', join(peer.folder, 'recorder.key'), '--json']).stdout,
    ) as { peerId: string };
    expect(recorder).not.toBe(peer.peerId);
    const trust = join(peer.folder, 'trust.json');
    const peers = { peer: peer.peerId, alice: idOf('alice'), mallory: idOf('mallory') };
    writeFileSync(trust, JSON.stringify({ peers, recorders: [recorder, idOf('carol')] }));
    const files = readdirSync(folder).map(name => join(folder, name));
    expect(files.length).toBe(2);
    const { code, stdout } = beryl(['audit', 'verify', ...files, ...own, '--trust', trust, '--json']);
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ content: 'equal', completeness: 'complete', findings: [] });
    const bent = join(peer.folder, 'bent.beryl');
    const [first = '', second = ''] = files;
    writeFileSync(bent, readFileSync(first, 'utf8').replace('"outcome":"served"', '"outcome":"denied"'));
    expect(beryl(['audit', 'verify', bent, second, ...own, '--trust', trust]).code).toBe(5);
    expect(statSync(folder).mode & 0o077).toBe(0);
  }, 120_000);
});
