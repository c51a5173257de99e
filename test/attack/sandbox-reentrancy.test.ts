import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineService, expectOrigin, type ServiceDefinition } from '../../services/index.ts';
import { AUTH } from '../unit/services/harness.ts';
import { anyJson, ending, guestService, runGuest, stagedPool } from '../support/sandbox-stage.ts';

// Goal:    enter a service a second time while it waits, to see its state half changed, or to wait for itself for ever.
// Means:   a guest calls itself through another service; guests call each other in a circle; a guest passes a value on as if it were an answer.
// Refused: by dispatch: a service that waits for an answer is not called again (ERR_CALL_LIMIT); what a service passes on has no origin but its peer.
const pool = stagedPool(2);
const back = defineService({
  id: 'back',
  functions: {
    again: {
      arguments: {},
      guards: {},
      result: anyJson,
      handler: async (_, call) => {
        const decision = await call.callService('guest', 'run', []);
        return 'code' in decision ? decision.code : 'served';
      },
    },
  },
}) as ServiceDefinition;
const allow = { services: [{ definition: back, functions: ['again'] }] };

describe('a guest that enters itself', () => {
  test('the honest twin: guests may call each other in a row, and no thread is lost', async () => {
    const inner = await guestService('export const run = input => input + 1;', pool, { id: 'inner' });
    const middle = await guestService(
      'export const run = input => beryl.call("inner", "run", input) * 10;',
      pool,
      {
        id: 'middle',
        allow: { services: [{ definition: inner, functions: ['run'] }] },
      },
    );
    const source = 'export const run = input => beryl.call("middle", "run", input);';
    const guest = { allow: { services: [{ definition: middle, functions: ['run'] }] } };
    for (let i = 0; i < 3; i += 1)
      expect(ending(await runGuest(source, pool, guest, { input: 4, others: [inner, middle] }))).toBe(50);
    expect(pool.running).toBe(0);
  });

  test('through a service of the peer', async () => {
    const decision = await runGuest(
      'export const run = () => beryl.call("back", "again");',
      pool,
      { allow },
      { others: [back] },
    );
    expect(ending(decision)).toBe('ERR_CALL_LIMIT');
    expect(
      decision.kind === 'served' && decision.calls?.map(({ service, retCode }) => [service, retCode]),
    ).toEqual([['back', 0]]);
  });

  test('in a circle of two guests', async () => {
    const other = await guestService('export const run = () => beryl.call("guest", "run");', pool, {
      id: 'other',
      allow: {
        services: [
          {
            definition: { ...back, id: 'guest', functions: new Map([['run', back.functions.get('again')!]]) },
            functions: ['run'],
          },
        ],
      },
    });
    const source = 'export const run = () => beryl.call("other", "run");';
    const guest = { allow: { services: [{ definition: other, functions: ['run'] }] } };
    const decision = await runGuest(source, pool, guest, { others: [other] });
    expect(decision.kind === 'failed' && decision.text).toContain('a service must not call itself');
  });

  test('a value that passes through a guest is no longer the answer that it was', async () => {
    const guarded = defineService({
      id: 'guarded',
      functions: {
        pay: {
          arguments: { isAdmin: z.boolean() },
          guards: { isAdmin: expectOrigin(AUTH, 'auth', 'get_status', '.$.is_admin') },
          result: z.string(),
          handler: () => 'paid',
        },
      },
    }) as ServiceDefinition;
    const source = 'export const run = input => beryl.call("guarded", "pay", input);';
    const guest = { allow: { services: [{ definition: guarded, functions: ['pay'] }] } };
    const decision = await runGuest(source, pool, guest, { input: true, others: [guarded] });
    expect(decision.kind === 'failed' && decision.text).toContain('denied `guarded.pay`');
  });
});
