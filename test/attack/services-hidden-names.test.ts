import { describe, expect, test } from 'vitest';
import { defineService, type Acl } from '../../services/index.ts';
import { ALICE, MALLORY, named, summary, textOf, world } from '../unit/services/harness.ts';

// Goal:    learn which services and functions a peer has, without the right to call them.
// Means:   call forbidden, unknown and half-known names, and compare what comes back.
// Refused: by dispatch: with `hide`, a denied call gets the answer of an unknown function.
const none = { arguments: {}, guards: {} };
const services = [
  defineService({
    id: 'vault',
    functions: {
      open: { ...none, handler: () => 'open' },
      wipe: { ...none, management: true, handler: () => 'wiped' },
    },
  }),
];
const acl: Acl = {
  default: 'deny',
  rules: [{ effect: 'allow', initPeers: [ALICE], service: 'vault', functions: ['open'] }],
};
const it1 = world(services, { acl });
const answer = async (service: string, fn: string, by = MALLORY): Promise<string> =>
  textOf(await it1.call({ by, service, fn }))
    .replaceAll(service, 'S')
    .replaceAll(fn, 'F');

describe('names that a caller may not see', () => {
  test('the honest twin: whoever may call a function sees it', async () => {
    expect(summary(await it1.call({ service: 'vault', fn: 'open' }))).toBe('served result');
  });

  test.each([
    ['vault', 'open'],
    ['vault', 'wipe'],
    ['vault', 'nothing'],
    ['nothing', 'open'],
  ])('%s.%s answers as something that does not exist', async (service, fn) => {
    expect(await answer(service, fn)).toBe(await answer('unknown', 'unheard'));
  });

  test('nor does a function answer that is next to one that the caller may use', async () => {
    expect(await answer('vault', 'wipe', ALICE)).toBe(await answer('vault', 'nothing', ALICE));
  });

  test('the operator sees the denial', async () => {
    const decision = await it1.call({ by: MALLORY, service: 'vault', fn: 'open' });
    expect(decision).toMatchObject({
      kind: 'denied',
      code: 'ERR_CALL_DENIED_ACL',
      denial: { serviceId: 'vault', caller: { kind: 'not-allowed', found: MALLORY } },
    });
    expect(named(JSON.stringify(decision.result))).not.toContain('mallory');
  });

  test('the list says so itself where it denies single functions', async () => {
    const open = { ...acl, hide: false };
    const decision = await world(services, { acl: open }).call({ by: MALLORY, service: 'vault', fn: 'open' });
    expect(textOf(decision)).toBe(
      'denied `vault.open`\n  caller is not allowed by any access rule\n    found    mallory',
    );
  });
});
