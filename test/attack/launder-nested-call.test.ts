import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  defineService,
  derivedOnlyFrom,
  initPeer,
  literalOf,
  type CallContext,
  type ServiceDefinition,
} from '../../services/index.ts';
import { ALICE, HOST, summary, tetraplet, world } from '../unit/services/harness.ts';

// Goal:    have a guarded function take a value that a service of the host has made up.
// Means:   the service is called with trusted arguments, and then calls the guarded function with others: what it was given stands for what it passes.
// Refused: by `services/nested-calls.ts`: a value that a service passes on has no parts, so `derivedOnlyFrom` denies it (ERR_CALL_DENIED_GUARD).
const paid: unknown[] = [];
const bank = defineService({
  id: 'bank',
  functions: {
    pay: {
      arguments: { payee: z.string() },
      guards: { payee: derivedOnlyFrom(literalOf(initPeer)) },
      handler: ({ payee }) => void paid.push(payee),
    },
  },
}) as ServiceDefinition;
const broker = defineService({
  id: 'broker',
  functions: {
    order: {
      arguments: { payee: z.string().optional() },
      rest: z.string(),
      guards: {},
      handler: async (_: unknown, call: CallContext<unknown, string>) =>
        (await call.callService('bank', 'pay', ['mallory'])).kind,
    },
  },
}) as ServiceDefinition;
const book = tetraplet(HOST, 'book', 'find');

describe('a service that passes on what it was not given', () => {
  it('honest twin: the script itself passes a literal', async () => {
    const { call } = world([bank, broker]);
    expect(summary(await call({ service: 'bank', fn: 'pay', args: [{ value: 'carol' }] }))).toBe(
      'served result',
    );
    expect(paid.splice(0)).toEqual(['carol']);
  });

  it.each([
    [
      'a literal, and an argument without a name of another origin',
      [{ value: 'carol' }, { value: 'x', from: [book] }],
    ],
    ['a literal of the script', [{ value: 'carol' }]],
    ['nothing', []],
  ])('given %s', async (_, args) => {
    const { call } = world([bank, broker]);
    const decision = await call({ service: 'broker', fn: 'order', args, by: ALICE });
    expect(decision).toMatchObject({
      kind: 'served',
      calls: [{ service: 'bank', code: 'ERR_CALL_DENIED_GUARD' }],
    });
    expect(paid).toEqual([]);
  });
});
