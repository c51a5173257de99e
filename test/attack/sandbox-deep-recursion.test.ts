import { describe, expect, test } from 'vitest';
import { ending, runGuest, stagedPool, wasm, wat } from '../support/sandbox-stage.ts';

// Goal:    use up the stack of the host, and so end its thread, or leave an engine that cannot be used.
// Means:   functions that call themselves, in the guest and through built-in functions; nested texts and code; nested answers.
// Refused: by the stack of the engine (ERR_SANDBOX_STACK), which is smaller than that of its thread, and by the depth of JSON (ERR_HANDLER_RESULT).
const pool = stagedPool();
const run = async (body: string) =>
  ending(await runGuest(`export const run = input => { ${body} };`, pool, { limits: { timeMs: 20_000 } }));

describe('a guest that calls itself', () => {
  test('the honest twin: some recursion is none too deep', async () => {
    expect(await run('const f = n => (n === 0 ? 0 : 1 + f(n - 1)); return f(200);')).toBe(200);
  });

  test.each([
    ['a function', 'const f = () => f() + 1; return f();'],
    ['a conversion', 'const o = { toString: () => o + "" }; return o + "";'],
    ['a replacement', 'const f = () => "x".replace("x", f); return f();'],
    ['a comparison', 'const f = () => [2, 1].sort(f); return f();'],
    ['a proxy', 'let p = {}; p = new Proxy(p, { get: (t, k) => p[k] }); return p.x;'],
    ['nested text', 'return JSON.parse("[".repeat(200000));'],
    ['nested code', 'return eval("(".repeat(50000));'],
    ['a nested answer', 'let a = []; for (let i = 0; i < 50000; i++) a = [a]; return a;'],
  ])('%s', async (_, body) => {
    expect(await run(body)).toMatch(/^ERR_SANDBOX_(STACK|MEMORY|GUEST)$/);
  });

  test('an answer of more levels than JSON may have here', async () => {
    expect(await run('let a = 1; for (let i = 0; i < 900; i++) a = [a]; return a;')).toMatch(
      /^ERR_(HANDLER_RESULT|SANDBOX_STACK)$/,
    );
  });

  test('a function of WebAssembly', async () => {
    const bytes = await wasm(
      wat('(call $deep (i32.const 0)) (drop) (i64.const 0)', {
        more: '(func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))',
      }),
    );
    expect(ending(await runGuest(bytes, pool))).toBe('ERR_SANDBOX_STACK');
  });

  test('the thread goes on: the next call is served', async () => {
    expect(await run('return "still here";')).toBe('still here');
  });
});
