import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  allOf,
  anyOf,
  defineService,
  derivedOnlyFrom,
  each,
  expectInitPeer,
  expectLiteral,
  expectOrigin,
  expectThat,
  from,
  hostPeer,
  monitor,
  whose,
} from '../../../services/index.ts';
import type { CallDecision, CallerGuard, Guard, GuardMode, OriginRule } from '../../../services/index.ts';
import { ALICE, AUTH, BOB, HOST, summary, textOf, world } from './harness.ts';

const token: Guard = expectOrigin(AUTH, 'auth', 'get', '.$.ok');
const forged = { value: true };

interface Declared {
  readonly service?: GuardMode;
  readonly fn?: GuardMode;
  readonly guard?: Guard;
  readonly caller?: CallerGuard;
  readonly management?: boolean;
}

const declare = ({ service, fn, guard = token, caller, management }: Declared) =>
  defineService({
    id: 's',
    ...(service && { guardMode: service }),
    functions: {
      f: {
        arguments: { x: z.unknown() },
        guards: { x: guard },
        ...(fn && { guardMode: fn }),
        ...(caller && { caller }),
        ...(management && { management }),
        handler: () => 'ran',
      },
    },
  });

const call = (declared: Declared, peer?: GuardMode, by = ALICE): Promise<CallDecision> =>
  world([declare(declared)], peer && { guardMode: peer }).call({ service: 's', fn: 'f', by, args: [forged] });

const DENIED = 'denied guards ERR_CALL_DENIED_GUARD';
const noted = (decision: CallDecision): unknown => ('denial' in decision ? decision.denial : undefined);

describe('the narrowest mode counts', () => {
  test.each([
    ['no setting', undefined, undefined, undefined, DENIED],
    ['the peer enforces', 'enforce', undefined, undefined, DENIED],
    ['the peer monitors', 'monitor', undefined, undefined, 'noted'],
    ['the peer switches off', 'off', undefined, undefined, 'silent'],
    ['the service monitors', 'enforce', 'monitor', undefined, 'noted'],
    ['the service enforces on a peer that monitors', 'monitor', 'enforce', undefined, DENIED],
    ['the service enforces on a peer that switches off', 'off', 'enforce', undefined, DENIED],
    ['the function monitors', 'enforce', 'enforce', 'monitor', 'noted'],
    ['the function enforces', 'off', 'monitor', 'enforce', DENIED],
    ['the function switches off', 'enforce', 'enforce', 'off', 'silent'],
  ] as const)('%s', async (_, peer, service, fn, expected) => {
    const decision = await call({ ...(service && { service }), ...(fn && { fn }) }, peer);
    if (expected === DENIED) expect(summary(decision)).toBe(DENIED);
    else
      expect([summary(decision), noted(decision) !== undefined]).toEqual([
        'served result',
        expected === 'noted',
      ]);
  });
});

describe('the caller rule', () => {
  const caller = expectInitPeer(BOB);
  const open = { guard: expectThat('is fine', () => true), caller };

  test.each(['monitor', 'off'] as const)('%s weakens it for functions that are open', async mode => {
    expect(summary(await call(open, 'enforce'))).toBe(DENIED);
    expect(summary(await call(open, mode))).toBe('served result');
    expect(summary(await call({ ...open, fn: mode }))).toBe('served result');
  });

  test.each([
    ['peer', 'monitor', {}],
    ['peer', 'off', {}],
    ['service', undefined, { service: 'monitor' }],
    ['service', undefined, { service: 'off' }],
    ['function', undefined, { fn: 'monitor' }],
    ['function', undefined, { fn: 'off' }],
  ] as [string, GuardMode | undefined, Declared][])(
    'of a management function is enforced in every mode of the %s (%s, %o)',
    async (_, peer, declared) => {
      const managed = { ...open, ...declared, management: true };
      // The owner passes the gatekeeper, and is not a Bob.
      const decision = await call(managed, peer, HOST);
      expect(summary(decision)).toBe(DENIED);
      expect(textOf(decision)).toContain('caller is another peer');
      expect(summary(await call({ ...managed, caller: expectInitPeer(hostPeer) }, peer, HOST))).toBe(
        'served result',
      );
    },
  );

  test('of a management function cannot be monitored', () => {
    expect(() => declare({ caller: monitor(caller), management: true })).toThrow(
      new TypeError('s.f: the caller rule of a management function cannot be monitored'),
    );
  });

  test('of an open function can: it is noted, and the arguments are guarded as before', async () => {
    const decision = await call({ caller: monitor(caller), guard: expectLiteral() });
    expect(summary(decision)).toBe('served result');
    expect(noted(decision)).toMatchObject({ caller: { kind: 'caller' }, arguments: [] });
    expect(summary(await call({ caller: monitor(caller) }))).toBe(DENIED);
  });
});

describe('one monitored guard', () => {
  test('is noted, and the call passes', async () => {
    const decision = await call({ guard: monitor(token) });
    expect(summary(decision)).toBe('served result');
    expect(noted(decision)).toMatchObject({
      serviceId: 's',
      arguments: [{ name: 'x', reason: { kind: 'origin' } }],
    });
  });

  test('that allows leaves no note', async () => {
    const decision = await call({ guard: monitor(expectLiteral()) });
    expect([summary(decision), noted(decision)]).toEqual(['served result', undefined]);
  });

  test('that throws is noted as well', async () => {
    const broken = monitor({
      check() {
        throw new Error('trap');
      },
    });
    const decision = await call({ guard: broken });
    expect(summary(decision)).toBe('served result');
    expect(noted(decision)).toMatchObject({ arguments: [{ reason: { kind: 'guard-failed' } }] });
  });

  test('stands beside others in allOf, which decide', async () => {
    expect(summary(await call({ guard: allOf(monitor(token), expectLiteral()) }))).toBe('served result');
    const denied = await call({ guard: allOf(monitor(expectLiteral(1)), token) });
    expect(summary(denied)).toBe(DENIED);
    expect(textOf(denied)).not.toContain('wrong value');
  });

  test('is silent where guards are off', async () => {
    const decision = await call({ guard: monitor(token), fn: 'off' });
    expect([summary(decision), noted(decision)]).toEqual(['served result', undefined]);
  });

  const rule = monitor(token) as unknown as OriginRule;
  test.each([
    ['anyOf', () => anyOf(monitor(token), token)],
    ['each', () => each(monitor(token))],
    ['whose', () => whose(0, rule)],
    ['derivedOnlyFrom', () => derivedOnlyFrom(rule)],
    ['from', () => from(AUTH, 'auth', 'get', '', rule)],
  ])('is refused inside %s, which it would open', (name, build) => {
    expect(build).toThrow(new TypeError(`${name}: monitor(…) goes around ${name}(…), not inside it`));
  });

  test('needs a guard', () => {
    for (const nothing of [undefined, {}, () => true]) {
      expect(() => monitor(nothing as unknown as Guard)).toThrow(TypeError);
    }
  });
});
