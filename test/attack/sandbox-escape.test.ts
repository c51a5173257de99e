import { describe, expect, test } from 'vitest';
import { ending, runGuest, stagedPool } from '../support/sandbox-stage.ts';

// Goal:    reach the host from a guest: its process, its files, its modules.
// Means:   constructors, prototypes, `this`, errors and their stacks, modules, functions of the host as objects.
// Refused: by the engine, in which none of that exists: `sandbox/thread/javascript-guest.ts` gives it texts and two functions.
const pool = stagedPool();
const found = async (expression: string): Promise<unknown> =>
  ending(
    await runGuest(
      `export const run = input => { const found = ${expression}; return typeof found; };`,
      pool,
    ),
  );

describe('a guest that looks for the host', () => {
  test('the honest twin: a guest answers with what it was given', async () => {
    const decision = await runGuest(
      'export const run = input => ({ given: input });',
      pool,
      {},
      { input: [1, 'a'] },
    );
    expect(ending(decision)).toEqual({ given: [1, 'a'] });
  });

  test.each([
    'globalThis.process',
    'globalThis.require',
    'globalThis.Worker',
    'globalThis.fetch',
    'globalThis.WebAssembly',
    'this',
    '(() => {}).constructor("return this.process")()',
    'beryl.call.constructor("return this.process")()',
    'beryl.host.constructor.constructor("return globalThis.process")()',
    'Reflect.getPrototypeOf(async () => {}).constructor("return this.process")().then.process',
    'Error.prepareStackTrace',
    'Error("x").stack.getThis',
    'eval("globalThis.process")',
    'new Proxy({}, { get: (_, key, receiver) => receiver.process?.[key] }).__proto__.process',
    'beryl.call.caller',
  ])('finds nothing by %s', async expression => {
    const ended = await found(expression);
    // Either there is nothing, or the attempt itself throws inside the guest.
    expect(['undefined', 'ERR_SANDBOX_GUEST', 'ERR_SANDBOX_STACK']).toContain(ended);
  });

  test.each([
    'node:fs',
    'node:process',
    './prelude.js',
    '/etc/passwd',
    'data:text/javascript,export default 1',
  ])('imports nothing: %s', async name => {
    const decision = await runGuest(
      `export const run = async () => { try { await import(${JSON.stringify(name)}); return 'imported'; } catch (e) { return e.name; } };`,
      pool,
    );
    expect(ending(decision)).toBe('ReferenceError');
  });

  test('changes no prototype of the host', async () => {
    const source = `Object.prototype.polluted = 1; Array.prototype.map = () => 'polluted'; JSON.stringify = () => '"forged"';
      Promise.prototype.then = () => { throw 1; };
      export const run = input => [1, 2];`;
    expect(ending(await runGuest(source, pool))).toEqual([1, 2]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect([1].map(n => n + 1)).toEqual([2]);
  });

  test('answers with plain JSON only: a member `__proto__` is a member', async () => {
    const source = `export const run = () => JSON.parse('{"__proto__":{"isAdmin":true}}');`;
    const decision = await runGuest(source, pool);
    const answer = ending(decision) as { isAdmin?: unknown };
    expect(answer.isAdmin).toBeUndefined();
    expect(Object.keys(answer)).toEqual(['__proto__']);
  });
});
