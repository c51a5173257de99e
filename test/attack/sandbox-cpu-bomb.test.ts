import { describe, expect, test } from 'vitest';
import { ending, runGuest, stagedPool, wasm, wat } from '../support/sandbox-stage.ts';

// Goal:    occupy the host for ever, or for longer than a guest may.
// Means:   loops, loops that catch their interruption, sorting, proxies, regular expressions, built-in functions, loops of WebAssembly.
// Refused: by the count of steps (ERR_SANDBOX_STEPS); inside built-in functions and WebAssembly by the time (ERR_SANDBOX_TIME).
const pool = stagedPool();
const run = (body: string, timeMs = 20_000) =>
  runGuest(`export const run = async input => { ${body} };`, pool, { limits: { timeMs, steps: 500_000 } });

describe('a guest that does not end', () => {
  test('the honest twin: a guest that ends in time', async () => {
    expect(ending(await run('let n = 0; for (let i = 0; i < 100000; i++) n += i; return n;'))).toBe(
      4_999_950_000,
    );
  });

  test.each([
    ['a loop', 'for (;;);'],
    ['a loop that catches', 'for (;;) { try { for (;;); } catch { continue; } finally { continue; } }'],
    [
      'a generator',
      'function* f() { try { for (;;) yield 1; } finally { for (;;); } } for (const x of f());',
    ],
    ['a comparison', '[1, 2, 3, 4].sort(() => { for (;;); });'],
    ['a proxy', 'new Proxy({}, { get: () => { for (;;); } }).x;'],
    ['a getter of the answer', 'return { get x() { for (;;); } };'],
    ['toJSON of the answer', 'return { toJSON() { for (;;); } };'],
    ['a message of an error', 'throw { get message() { for (;;); } };'],
    ['a regular expression', 'return /^(a+)+$/.test("a".repeat(40) + "b");'],
    ['another regular expression', 'return /(x+x+)+y/.test("x".repeat(60));'],
    ['functions', 'const f = n => { for (let i = 0; n > 0 && i < 9; i++) f(n - 1); }; f(30);'],
  ])('%s', async (_, body) => {
    expect(ending(await run(body))).toBe('ERR_SANDBOX_STEPS');
  });

  test('the same number of steps each time: the verdict is the same on replay', async () => {
    const decisions = [];
    for (let i = 0; i < 3; i += 1)
      decisions.push(await run('const all = []; for (;;) all.push(all.length % 7), all.length %= 9;'));
    const texts = decisions.map(decision =>
      JSON.stringify([decision.result, ending(decision), 'details' in decision && decision.details]),
    );
    expect(new Set(texts).size).toBe(1);
    // One step less than is needed, and one more.
    const loop = 'let n = 0; for (let i = 0; i < 300000; i++) n += i; return n;';
    const enough = { limits: { steps: 5_000_000 } };
    const tooFew = { limits: { steps: 100_000 } };
    for (let i = 0; i < 2; i += 1) {
      expect(ending(await runGuest(`export const run = () => { ${loop} };`, pool, enough))).toBe(
        44_999_850_000,
      );
      expect(ending(await runGuest(`export const run = () => { ${loop} };`, pool, tooFew))).toBe(
        'ERR_SANDBOX_STEPS',
      );
    }
  });

  test.each([
    ['a search', "return 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b');"],
    ['numbers without end', 'let n = 3n; for (let i = 0; i < 40; i++) n *= n; return String(n).length;'],
  ])('inside a built-in function the time ends it: %s', async (_, body) => {
    const ended = ending(await run(body, 300));
    expect(['ERR_SANDBOX_TIME', 'ERR_SANDBOX_MEMORY', 'ERR_SANDBOX_GUEST']).toContain(ended);
    // Another thread has taken its place.
    expect(ending(await run('return 1;'))).toBe(1);
  });

  test('a search that never ends is ended with its thread', async () => {
    const decision = await run("return 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b');", 200);
    expect(ending(decision)).toBe('ERR_SANDBOX_TIME');
  });

  test('a loop of WebAssembly', async () => {
    const bytes = await wasm(wat('(loop $on (br $on)) (unreachable)'));
    expect(ending(await runGuest(bytes, pool, { limits: { timeMs: 200 } }))).toBe('ERR_SANDBOX_TIME');
    expect(ending(await run('return 2;'))).toBe(2);
  });
});
