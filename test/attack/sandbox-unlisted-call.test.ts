import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonValue } from '../../interpreter/index.ts';
import type { Allow } from '../../sandbox/index.ts';
import { defineService, fail, type Acl, type AclRule, type ServiceDefinition } from '../../services/index.ts';
import { ALICE, HOST, MALLORY } from '../unit/services/harness.ts';
import { ending, runGuest, stagedPool, type StagedCall } from '../support/sandbox-stage.ts';

// Goal:    call what the guest may not, or with arguments that nobody expects.
// Means:   names beside the allow-list, poisoned arguments, answers that do not fit, too many calls, the rights of whoever runs the script.
// Refused: by `sandbox/answer-guest.ts` before anything happens (ERR_SANDBOX_CALL), and by the gatekeeper (ERR_CALL_DENIED_ACL).
const pool = stagedPool();
const seen: unknown[] = [];
const bank = defineService({
  id: 'bank',
  functions: {
    balance: {
      arguments: { of: z.string().max(10) },
      guards: {},
      result: z.number(),
      handler: ({ of }, call) => {
        seen.push([of, call.callerServiceId]);
        return of.length;
      },
    },
    wipe: { arguments: {}, guards: {}, result: z.boolean(), management: true, handler: () => true },
  },
}) as ServiceDefinition;
const allow: Allow = {
  host: {
    double: {
      arguments: [z.number()],
      result: z.number(),
      call: ([n]) => {
        seen.push(n);
        return (n as number) * 2;
      },
    },
    misfit: { arguments: [], result: z.number(), call: () => 'a text' },
    refuse: { arguments: [], result: z.number(), call: () => fail('not today') },
    crash: {
      arguments: [],
      result: z.number(),
      call: () => {
        throw new Error('secret of the host');
      },
    },
  },
  services: [{ definition: bank, functions: ['balance', 'wipe'] }],
};
const run = async (expression: string, call: StagedCall = {}): Promise<JsonValue> => {
  const source = `export const run = input => { try { return ${expression}; } catch (e) { return e.message; } };`;
  return ending(await runGuest(source, pool, { allow }, { others: [bank], ...call }));
};

describe('a guest that calls out', () => {
  test('the honest twin: what is on the list can be called, and the gatekeeper knows who calls', async () => {
    seen.length = 0;
    expect(await run('[beryl.host("double", 21), beryl.call("bank", "balance", "alice")]')).toEqual([42, 5]);
    expect(seen).toEqual([21, ['alice', 'guest']]);
    const acl: Acl = {
      rules: [
        { effect: 'allow', initPeers: '*', service: 'bank', functions: ['balance'], callers: ['guest'] },
        { effect: 'deny', initPeers: '*', service: 'bank' },
      ],
    };
    expect(await run('beryl.call("bank", "balance", "bob")', { acl })).toBe(3);
  });

  test.each([
    'beryl.host("triple", 1)',
    'beryl.host("__proto__")',
    'beryl.host("constructor")',
    'beryl.call("bank", "close")',
    'beryl.call("authSrv", "grant_access", "me")',
    'beryl.call("guest", "run")',
    'beryl.call("__proto__", "x")',
    'beryl.call("bank", "toString")',
  ])('%s is not on its list', async expression => {
    seen.length = 0;
    expect(await run(expression)).toMatch(/^ERR_SANDBOX_CALL: .* is not on the allow-list/);
    expect(seen).toEqual([]);
  });

  test.each([
    'beryl.host("double", "21")',
    'beryl.host("double")',
    'beryl.host("double", 1, 2)',
    'beryl.host("double", { toJSON: () => "x" })',
    'beryl.host("double", JSON.parse(\'{"__proto__": 1}\'))',
    'beryl.host("double", NaN)',
    'beryl.call("bank", "balance", "x".repeat(11))',
    'beryl.call("bank", "balance", { length: 1 })',
    'beryl.host({ toString: () => "double" }, 1)',
    'beryl.call("bank", ["balance"], "x")',
    'beryl.host("double", "x".repeat(2000000))',
  ])('%s has arguments that do not fit', async expression => {
    seen.length = 0;
    expect(await run(expression)).toMatch(/^ERR_SANDBOX_CALL: /);
    expect(seen).toEqual([]);
  });

  test('an answer of the host that does not fit its schema does not get in', async () => {
    expect(await run('beryl.host("misfit")')).toMatch(/^ERR_SANDBOX_CALL: `misfit`: the answer does not fit/);
  });

  test('the guest learns of a refusal, and nothing of an exception', async () => {
    expect(await run('beryl.host("refuse")')).toBe('not today');
    expect(await run('beryl.host("crash")')).toBe('ERR_SANDBOX_CALL: the host could not answer');
  });

  test('more calls than it may make', async () => {
    seen.length = 0;
    const loop = '(() => { for (let i = 0; i < 100; i++) beryl.host("double", i); })()';
    expect(await run(loop)).toBe('ERR_SANDBOX_CALL: a guest makes at most 64 calls');
    expect(seen.length).toBe(64);
  });

  test('the owner’s script does not lend the owner’s rights: management needs a rule for the calling service', async () => {
    const wipe = 'beryl.call("bank", "wipe")';
    expect(await run(wipe, { by: HOST })).toMatch(/^denied `bank.wipe`/);
    const rule: AclRule = { effect: 'allow', initPeers: [HOST], service: 'bank', functions: ['wipe'] };
    expect(await run(wipe, { by: HOST, acl: { rules: [rule] } })).toMatch(/^denied `bank.wipe`/);
    const named: Acl = { rules: [{ ...rule, callers: ['guest'] }] };
    expect(await run(wipe, { by: HOST, acl: named })).toBe(true);
    expect(await run(wipe, { by: MALLORY, acl: named })).toMatch(/^denied `bank.wipe`/);
  });

  test('a rule against the calling service holds, whoever the init peer is', async () => {
    const acl: Acl = { rules: [{ effect: 'deny', initPeers: '*', service: 'bank', callers: ['guest'] }] };
    expect(await run('beryl.call("bank", "balance", "alice")', { by: ALICE, acl })).toMatch(
      /^denied `bank.balance`/,
    );
  });

  test('the answer of the guest itself must fit its schema', async () => {
    const decision = await runGuest('export const run = () => "not a number";', pool, { result: z.number() });
    expect(ending(decision)).toBe('ERR_HANDLER_RESULT');
  });
});
