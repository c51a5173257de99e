import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  anyOf,
  createPolicySet,
  defineService,
  expectOrigin,
  nearestMiss,
} from '../../../../services/index.ts';
import { ALICE, AUTH, BANK, tetraplet, world } from '../harness.ts';

const service = (
  guard = anyOf(expectOrigin(AUTH, 'auth', 'get', '.$.ok'), expectOrigin(BANK, 'bank', 'get', '.$.ok')),
) =>
  defineService({
    id: 's',
    functions: { f: { arguments: { x: z.json(), y: z.json() }, guards: { x: guard }, handler: () => 1 } },
  });

const denialOf = async (
  from: ReturnType<typeof tetraplet>,
  policies?: ReturnType<typeof createPolicySet>,
) => {
  const it1 = world([service()], policies ? { policies, guardMode: 'off' } : {});
  const decision = await it1.call({
    service: 's',
    fn: 'f',
    args: [{ value: 1, from: [from] }, { value: 2 }],
  });
  if (decision.kind !== 'denied') throw new TypeError(decision.kind);
  return decision.denial;
};

it.each([
  [tetraplet(BANK, 'bank', 'get', '.$.no'), BANK, ['getter']],
  [tetraplet(ALICE, 'auth', 'get', '.$.ok'), AUTH, ['peerId']],
  [tetraplet(BANK, 'bank', 'other', ''), BANK, ['functionName', 'getter']],
])('the nearest of several alternatives: %o', async (found, peerId, differs) => {
  expect(nearestMiss(await denialOf(found))).toMatchObject({
    argument: 'x',
    expected: { peerId },
    found,
    differs,
  });
});

it('of rules of a policy, too', async () => {
  const from = { peer: AUTH, service: 'auth', function: 'get', anyPart: true };
  const rule = { id: 'r', service: 's', functions: ['f'], arguments: { y: { value: [3] }, x: { from } } };
  const policies = createPolicySet({ format: 'beryl/policy/1', rules: [rule] });
  const denial = await denialOf(tetraplet(AUTH, 'auth', 'set', '.$.a'), policies);
  expect(nearestMiss(denial)).toMatchObject({ argument: 'x', differs: ['functionName'] });
});

it('is nothing where no origin was compared', () => {
  const reason = { kind: 'custom', text: 'is odd' } as const;
  expect(
    nearestMiss({ serviceId: 's', functionName: 'f', arguments: [{ name: 'x', reason }] }),
  ).toBeUndefined();
});
