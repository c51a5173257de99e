import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSandboxPool, DEFAULT_SANDBOX_LIMITS, sandboxed } from '../../../sandbox/index.ts';
import { defineService, expectInitPeer } from '../../../services/index.ts';
import { sha256Hex } from '../../../interpreter/index.ts';
import { ALICE, BOB, summary, world } from '../services/harness.ts';

const pool = createSandboxPool({ threads: 1 });
afterAll(() => pool.close());
const SOURCE = 'export const add = (a, b) => a + b;';
const add = { arguments: { a: z.number(), b: z.number().optional() }, result: z.number(), guards: {} };
const options = { id: 'sum', functions: { add }, pool };

describe('sandboxed', () => {
  it('gives a definition as any other, with the hash of its source in each decision', async () => {
    const service = await sandboxed(SOURCE, {
      ...options,
      functions: { add: { ...add, caller: expectInitPeer(ALICE) } },
    });
    const hash = sha256Hex(SOURCE);
    expect(service.source).toBe(hash);
    const { call } = world([service]);
    const args = [{ value: 2 }, { value: 3 }];
    expect(await call({ service: 'sum', fn: 'add', args })).toMatchObject({
      kind: 'served',
      source: hash,
      result: { resultJson: '5' },
    });
    // Guards and schemas decide before the guest runs.
    const denied = await call({ service: 'sum', fn: 'add', args, by: BOB });
    expect(denied).not.toHaveProperty('source');
    expect(summary(denied)).toContain('ERR_CALL_DENIED_GUARD');
    expect(summary(await call({ service: 'sum', fn: 'add', args: [{ value: 'x' }] }))).toContain(
      'ERR_CALL_ARGUMENTS',
    );
  });

  it('passes a failure of the guest on, with its code and steps for the recorder', async () => {
    const service = await sandboxed('export const add = () => { throw new Error("sold out"); };', options);
    expect(await world([service]).call({ service: 'sum', fn: 'add', args: [{ value: 1 }] })).toMatchObject({
      kind: 'failed',
      code: 'ERR_CALL_FAILED',
      text: 'guest: sold out',
      source: service.source,
      details: { code: 'ERR_SANDBOX_GUEST', steps: expect.any(Number) as number },
    });
  });

  it.each<[string, unknown]>([
    ['an unknown option', { ...options, limit: {} }],
    ['no result schema', { ...options, functions: { add: { arguments: {}, guards: {} } } }],
    ['a misspelt limit', { ...options, limits: { step: 1 } }],
    ['a limit of nothing', { ...options, limits: { calls: 0 } }],
    ['too little memory for the engine', { ...options, limits: { memoryBytes: 65_536 } }],
    ['memory that is not whole pages', { ...options, limits: { memoryBytes: 20_000_000 } }],
    ['a misspelt right', { ...options, allow: { clocks: true } }],
    ['a host function without schemas', { ...options, allow: { host: { f: { call: () => 1 } } } }],
    ['a state without a schema', { ...options, state: { version: 1, initial: {} } }],
    [
      'a service whose function has no result schema',
      {
        ...options,
        allow: {
          services: [
            {
              definition: defineService({
                id: 'a',
                functions: { f: { arguments: {}, guards: {}, handler: () => 1 } },
              }),
              functions: ['f'],
            },
          ],
        },
      },
    ],
    [
      'a guard for an argument that is not there',
      { ...options, functions: { add: { ...add, guards: { c: {} } } } },
    ],
  ])('refuses %s', async (_, wrong) => {
    await expect(sandboxed(SOURCE, wrong as never)).rejects.toThrow(TypeError);
  });

  it('refuses what is neither text nor bytes', async () => {
    await expect(sandboxed({} as never, options)).rejects.toThrow('expected JavaScript as text');
  });

  it('refuses mistaken options of a pool', () => {
    expect(() => createSandboxPool({ threads: 0 })).toThrow(TypeError);
    expect(() => createSandboxPool({ thread: 1 } as never)).toThrow('did you mean');
    expect(DEFAULT_SANDBOX_LIMITS.memoryBytes).toBe(16 * 2 ** 20);
  });

  it('after the pool has closed, calls fail with ERR_SANDBOX_CLOSED', async () => {
    const own = createSandboxPool({ threads: 1 });
    const service = await sandboxed(SOURCE, { ...options, pool: own });
    own.close();
    const decision = await world([service]).call({ service: 'sum', fn: 'add', args: [{ value: 1 }] });
    expect(decision).toMatchObject({ details: { code: 'ERR_SANDBOX_CLOSED' } });
    expect(own.threads).toBe(0);
  });
});
