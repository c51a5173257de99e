import { describe, expect, test } from 'vitest';
import { createSimulation } from '../../peer/index.ts';
import { defineService, startService, type Acl } from '../../services/index.ts';
import { idOf, seedOf } from '../support/cast.ts';

// Goal:    learn which services a peer has, by their names or by their aliases, without the right to call them.
// Means:   a script on another peer calls, and resolves, names that are forbidden, that do not exist, and that are odd; it looks at all that an error has.
// Refused: by dispatch and by `services/builtins/srv.ts`: who may call nothing of a service gets the answer for a name that does not exist.
const [HOST, ALICE, MALLORY] = [idOf('host'), idOf('alice'), idOf('mallory')];
const none = { arguments: {}, guards: {} };
const vault = defineService({
  id: 'vault',
  functions: {
    open: { ...none, handler: () => 'open' },
    wipe: { ...none, management: true, handler: () => 'wiped' },
  },
});
const keeper = defineService({
  id: 'keeper',
  functions: { wipe: { ...none, management: true, handler: () => 'wiped' } },
});
const aliases = { safe: 'vault', boss: 'keeper', gone: 'removed' };
const allow = (initPeers: string[], service: string, ...functions: string[]) =>
  ({ effect: 'allow', initPeers, service, functions }) as Acl['rules'][number];
const acl: Acl = {
  default: 'deny',
  rules: [{ effect: 'allow', initPeers: '*', service: 'srv' }, allow([ALICE], 'vault', 'open')],
};

/** What a script of a peer gets from the host: an answer, or all that its error says. */
async function ask(by: string, call: string, list: Acl = acl): Promise<unknown> {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const host = simulation.addPeer({
    secretKey: seedOf('host'),
    services: [startService(vault), startService(keeper)],
    aliases,
    acl: list,
  });
  const peer = by === 'host' ? host : simulation.addPeer({ secretKey: seedOf(by) });
  const run = peer.run(`
    (xor
      (seq (call "${HOST}" ${call} x) (call %init_peer_id% ("callbackSrv" "response") [x]))
      (call %init_peer_id% ("callbackSrv" "response") [:error:]))`);
  await simulation.settle();
  return run.done;
}
const errorOf = async (by: string, call: string, names: readonly string[], list?: Acl): Promise<string> =>
  names.reduce((text, name) => text.replaceAll(name, 'NAME'), JSON.stringify(await ask(by, call, list)));

describe('services by their names', () => {
  test('honest twin: who may call a function gets its answer', async () => {
    expect(await ask('alice', '("vault" "open") []')).toBe('open');
    expect(await ask('host', '("vault" "wipe") []')).toBe('wiped');
  });

  test.each([
    ['vault', 'open'],
    ['vault', 'wipe'],
    ['keeper', 'wipe'],
    ['kad', 'merge'],
    ['vault', '__proto__'],
    ['__proto__', 'open'],
  ])('%s.%s looks as a name that does not exist', async (service, fn) => {
    const forbidden = await errorOf('mallory', `("${service}" "${fn}") []`, [service, fn]);
    expect(forbidden).toBe(await errorOf('mallory', '("nowhere" "nothing") []', ['nowhere', 'nothing']));
    expect(forbidden).toContain('No service found');
  });

  test('a rule for the peer that hands the particle over hides as well', async () => {
    const byHost: Acl = { ...acl, rules: [{ ...allow([MALLORY], 'vault', 'open'), senders: [ALICE] }] };
    expect(await errorOf('mallory', '("vault" "open") []', ['vault', 'open'], byHost)).toBe(
      await errorOf('mallory', '("nowhere" "nothing") []', ['nowhere', 'nothing'], byHost),
    );
  });
});

describe('services by their aliases', () => {
  test('honest twin: who may call a function of the service gets its id', async () => {
    expect(await ask('alice', '("srv" "resolve_alias") ["safe"]')).toBe('vault');
    expect(await ask('host', '("srv" "resolve_alias") ["boss"]')).toBe('keeper');
  });

  test.each([
    ['mallory', 'safe', 'that she may not call'],
    ['alice', 'boss', 'with management functions only'],
    ['alice', 'gone', 'whose service is not there'],
    ['alice', '__proto__', 'of the language'],
    ['alice', 'constructor', 'of the language'],
  ])('%s: %s, an alias %s, looks as one that does not exist', async (by, alias) => {
    const forbidden = await errorOf(by, `("srv" "resolve_alias") ["${alias}"]`, [alias]);
    expect(forbidden).toBe(await errorOf(by, '("srv" "resolve_alias") ["nothing"]', ['nothing']));
    expect(forbidden).toContain('unknown alias');
  });

  test('a rule against the caller counts, where everything else is open', async () => {
    const open: Acl = { rules: [{ effect: 'deny', initPeers: [MALLORY], service: 'vault' }] };
    expect(await ask('alice', '("srv" "resolve_alias") ["safe"]', open)).toBe('vault');
    expect(await errorOf('mallory', '("srv" "resolve_alias") ["safe"]', ['safe'], open)).toContain(
      'unknown alias',
    );
  });

  test('a call by an alias finds nothing, so no rule for the service is passed over', async () => {
    expect(await errorOf('alice', '("safe" "open") []', [])).toContain('No service found');
  });

  test('a peer without aliases has no such service', async () => {
    const simulation = createSimulation({ seed: 1, startMs: 0 });
    const peer = simulation.addPeer({ secretKey: seedOf('host') });
    expect(peer.services.find('srv')).toBeUndefined();
    expect(() => simulation.addPeer({ secretKey: seedOf('alice'), aliases: { a: 1 } as never })).toThrow(
      'texts by name',
    );
  });
});
