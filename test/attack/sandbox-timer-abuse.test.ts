import { describe, expect, test } from 'vitest';
import { START_MS } from '../unit/services/harness.ts';
import { ending, runGuest, stagedPool, wasm, wat } from '../support/sandbox-stage.ts';

// Goal:    measure time, to learn what happens beside the guest; or come back later.
// Means:   the clock, timers, shared memory, the time zone, random numbers of which the guest knows the seed.
// Refused: by the engine: without `allow.clock` there is no clock, with it one reading a call; there are no timers and no threads.
const pool = stagedPool();
const run = async (expression: string, allow = {}) =>
  ending(await runGuest(`export const run = async input => ${expression};`, pool, { allow }));

describe('a guest that watches the time', () => {
  test('the honest twin: with `clock` and `random` a guest knows the time and can choose', async () => {
    expect(await run('Date.now()', { clock: true })).toBe(START_MS);
    expect(await run('new Date().toISOString()', { clock: true })).toBe(new Date(START_MS).toISOString());
    const [a, b] = [
      await run('Math.random()', { random: true }),
      await run('Math.random()', { random: true }),
    ];
    expect(a).not.toBe(b);
    expect(await run('new Date(2020, 0, 1).toISOString()')).toBe('2020-01-01T00:00:00.000Z');
  });

  test.each([
    'Date.now()',
    'new Date().getTime()',
    'Date()',
    'Math.random()',
    'new (Object.getPrototypeOf(new Date(0)).constructor)().getTime()',
    'new (class extends Date {})().getTime()',
    'Reflect.construct(Date, [])',
  ])('%s throws without the right to it', async expression => {
    expect(await run(expression)).toBe('ERR_SANDBOX_GUEST');
  });

  test('the clock stands still during a call', async () => {
    const body = '(() => { const a = Date.now(); for (let i = 0; i < 1e6; i++); return Date.now() - a; })()';
    expect(await run(body, { clock: true })).toBe(0);
  });

  test.each(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance', 'Atomics'])(
    'there is no %s',
    async name => {
      expect(await run(`typeof globalThis.${name}`)).toBe('undefined');
    },
  );

  test('a module that imports a clock without the right to it is not loaded', async () => {
    const imports = '(import "beryl" "now" (func $now (result f64)))';
    const bytes = await wasm(
      wat('(drop (call $now)) (call $keep (i32.const 16) (i32.const 4))', { imports }),
    );
    await expect(runGuest(bytes, pool)).rejects.toMatchObject({ code: 'ERR_SANDBOX_SOURCE' });
    expect(ending(await runGuest(bytes, pool, { allow: { clock: true } }))).toBe(true);
  });
});
