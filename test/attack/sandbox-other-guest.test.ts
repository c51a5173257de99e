import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startService } from '../../services/index.ts';
import { world } from '../unit/services/harness.ts';
import { ending, guestService, runGuest, stagedPool } from '../support/sandbox-stage.ts';

// Goal:    read or change what belongs to another guest, or to another call.
// Means:   globals and prototypes left behind in the same thread, memory that was not cleared, the other's state.
// Refused: by `sandbox/thread/engine.ts`: each call has an engine and a memory of its own; state is the service's and passes the schema.
const pool = stagedPool();
const state = {
  version: 1,
  initial: { secret: 'of the first' },
  schema: z.strictObject({ secret: z.string() }),
};

describe('a guest that shares its thread with others', () => {
  test('the honest twin: a guest finds its own state again', async () => {
    const source =
      'export const run = input => { const old = beryl.state.secret; beryl.state.secret = input; return old; };';
    const service = startService(await guestService(source, pool, { state }));
    const { call } = world([service]);
    const ask = async (value: string) =>
      ending(await call({ service: 'guest', fn: 'run', args: [{ value }] }));
    expect([await ask('a'), await ask('b'), await ask('c')]).toEqual(['of the first', 'a', 'b']);
    expect(service.state).toEqual({ secret: 'c' });
  });

  test('sees no global and no prototype of an earlier call, its own included', async () => {
    const leave = `globalThis.left = 'here'; Object.prototype.left = 'here'; Array.prototype[Symbol.iterator] = function* () {};
      let calls = 0; export const run = () => { calls += 1; return [calls, typeof globalThis.left]; };`;
    const look = `export const run = () => [typeof globalThis.left, typeof ({}).left, [...[1]].length];`;
    expect(ending(await runGuest(leave, pool))).toEqual([1, 'string']);
    expect(ending(await runGuest(leave, pool))).toEqual([1, 'string']);
    expect(ending(await runGuest(look, pool))).toEqual(['undefined', 'undefined', 1]);
    expect(pool.threads).toBe(1);
  });

  test('finds nothing of others in its memory', async () => {
    await runGuest(
      'const all = []; for (let i = 0; i < 2e4; i++) all.push("SECRET-" + i); export const run = () => all.length;',
      pool,
    );
    const look = 'export const run = () => new Uint8Array(4000000).some(byte => byte !== 0);';
    expect(ending(await runGuest(look, pool))).toBe(false);
  });

  test('without state of its own it has none, and does not get that of another', async () => {
    const owner = await guestService('export const run = () => 1;', pool, { state, id: 'owner' });
    const look =
      'export const run = () => { try { return beryl.call("owner", "run"); } catch (e) { return [typeof beryl.state, e.message]; } };';
    expect(ending(await runGuest(look, pool, {}, { others: [owner] }))).toEqual([
      'undefined',
      'ERR_SANDBOX_CALL: `owner.run` is not on the allow-list',
    ]);
  });

  test.each([
    ['of another form', 'beryl.state = { secret: 1 }'],
    ['with more in it', 'beryl.state.more = "x"'],
    ['that is a list', 'beryl.state = [1]'],
    ['that is not JSON', 'beryl.state = () => 1'],
  ])('a state %s is not kept', async (_, change) => {
    const service = startService(
      await guestService(`export const run = () => { ${change}; return 1; };`, pool, { state }),
    );
    const decision = await world([service]).call({ service: 'guest', fn: 'run' });
    expect(ending(decision)).toMatch(/^ERR_(HANDLER_STATE|SANDBOX_ANSWER)$/);
    expect(service.state).toEqual({ secret: 'of the first' });
  });
});
