import { describe, expect, test } from 'vitest';
import { createGatekeeper } from '../../../../services/index.ts';
import type { Acl, AclRule } from '../../../../services/index.ts';
import { ALICE, BOB, HOST, MALLORY, textOf, world } from '../harness.ts';
import { auth } from '../../../../services/index.ts';

const allow = (initPeers: AclRule['initPeers'], service = '*', functions?: string[]): AclRule => ({
  effect: 'allow',
  initPeers,
  service,
  ...(functions && { functions }),
});
const deny = (...rule: Parameters<typeof allow>): AclRule => ({ ...allow(...rule), effect: 'deny' });

describe('who may call what', () => {
  test.each([
    ['no rule: every peer may call open functions', [], MALLORY, false, true],
    ['no rule: the owner manages', [], HOST, true, true],
    ['no rule: others do not', [], ALICE, true, false],
    ['a rule that names a peer opens management', [allow([ALICE], 's')], ALICE, true, true],
    ['… to that peer only', [allow([ALICE], 's')], BOB, true, false],
    ['… of that service only', [allow([ALICE], 'other')], ALICE, true, false],
    ['… of that function only', [allow([ALICE], 's', ['g'])], ALICE, true, false],
    ['`allow *` does not open management functions', [allow('*')], ALICE, true, false],
    ['a peer is shut out', [deny([MALLORY])], MALLORY, false, false],
    ['… and no other', [deny([MALLORY])], ALICE, false, true],
    ['a function is shut', [deny('*', 's', ['f'])], ALICE, false, false],
    ['… and no other', [deny('*', 's', ['g'])], ALICE, false, true],
    ['`deny *` covers management functions: others', [deny('*')], BOB, true, false],
    ['… the owner as well', [deny('*')], HOST, true, false],
    ['… of its service', [deny('*', 's')], HOST, true, false],
    ['… of its function', [deny('*', 's', ['f'])], HOST, true, false],
    ['… of no other service', [deny('*', 'other')], HOST, true, true],
    ['… of no other function', [deny('*', 's', ['g'])], HOST, true, true],
    ['`deny *` before `allow ALICE` denies every peer', [deny('*'), allow([ALICE])], ALICE, true, false],
    ['… nor to the owner', [deny('*'), allow([HOST])], HOST, true, false],
    ['`allow ALICE` before `deny *` opens them to her', [allow([ALICE]), deny('*')], ALICE, true, true],
    ['… and to no other peer', [allow([ALICE]), deny('*')], BOB, true, false],
    ['… not even to the owner', [allow([ALICE]), deny('*')], HOST, true, false],
    ['`allow *` does not open them', [allow('*', 's', ['f'])], ALICE, true, false],
    ['… and does not shut out the owner', [allow('*')], HOST, true, true],
    ['… and is passed over for the next rule', [allow('*'), allow([ALICE])], ALICE, true, true],
    ['… also for a rule that denies', [allow('*'), deny([ALICE])], ALICE, true, false],
    [
      '… which counts only if the first does not: not for open functions',
      [allow('*'), deny([ALICE])],
      ALICE,
      false,
      true,
    ],
    ['a rule that denies the owner by name', [deny([HOST])], HOST, true, false],
    ['first match decides: only Alice', [allow([ALICE]), deny('*')], ALICE, false, true],
    ['first match decides: no other peer', [allow([ALICE]), deny('*')], BOB, false, false],
    ['first match decides: too late', [deny('*'), allow([ALICE])], ALICE, false, false],
  ] as [string, AclRule[], string, boolean, boolean][])('%s', (_, rules, initPeerId, management, allowed) => {
    const request = { initPeerId, serviceId: 's', functionName: 'f', management };
    expect(createGatekeeper(HOST, { rules }).check(request) === undefined).toBe(allowed);
  });
});

describe('calls that a service makes itself', () => {
  const request = (callerServiceId?: string) => ({
    initPeerId: ALICE,
    serviceId: 's',
    functionName: 'f',
    management: true,
    ...(callerServiceId !== undefined && { callerServiceId }),
  });
  const isAllowed = (rules: AclRule[], callerServiceId?: string): boolean =>
    createGatekeeper(HOST, { rules }).check(request(callerServiceId)) === undefined;

  test('a rule opens management to them only if it names the calling service', () => {
    expect(isAllowed([allow([ALICE])])).toBe(true);
    expect(isAllowed([allow([ALICE])], 'mail')).toBe(false);
    expect(isAllowed([{ ...allow([ALICE]), callers: ['mail'] }], 'mail')).toBe(true);
    expect(isAllowed([{ ...allow([ALICE]), callers: ['mail'] }], 'other')).toBe(false);
    expect(isAllowed([{ ...allow([ALICE]), callers: ['mail'] }])).toBe(false);
  });

  test('a rule that denies covers them without naming it', () => {
    const opened = { ...allow([ALICE]), callers: ['mail'] };
    expect(isAllowed([deny([ALICE]), opened], 'mail')).toBe(false);
    expect(isAllowed([deny([BOB]), opened], 'mail')).toBe(true);
  });
});

test.each([undefined, '', 7])('refuses the owner %j', owner => {
  const create = (): unknown => createGatekeeper(owner as string);
  expect(create).toThrow(TypeError);
  expect(create).toThrow('createGatekeeper: owner must be a peer id, found');
});

describe('explanations', () => {
  const request = { initPeerId: MALLORY, serviceId: 's', functionName: 'f', management: false };

  test('a rule without a text gives none', () => {
    const reason = createGatekeeper(HOST, { rules: [deny([MALLORY])] }).check(request);
    expect(reason).toStrictEqual({ kind: 'access-rule', rule: 0, found: MALLORY });
  });

  const grant = { service: 'authSrv', fn: 'grant', args: [{ value: BOB }], by: MALLORY };

  test('management', async () => {
    expect(textOf(await world([auth({ admins: [] })]).call(grant)).split('\n')).toEqual([
      'denied `authSrv.grant`',
      '  caller may not use a management function',
      '    expected host (owner), or a peer named by an access rule',
      '    found    mallory',
    ]);
  });

  test('a rule', async () => {
    const acl: Acl = { rules: [allow([ALICE]), { ...deny([MALLORY]), because: 'spam' }] };
    expect(textOf(await world([auth({ admins: [] })], { acl }).call(grant)).split('\n')).toEqual([
      'denied `authSrv.grant`',
      '  caller is refused by access rule 1',
      '    found    mallory',
      '    hint     spam',
    ]);
  });
});
