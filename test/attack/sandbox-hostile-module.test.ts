import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ending, runGuest, stagedPool, wasm, wat } from '../support/sandbox-stage.ts';

// Goal:    make the host read or write outside of the guest's memory, or take what is not JSON for an answer.
// Means:   addresses and lengths that a module makes up, in answers, in calls and from `alloc`; bytes that are not text; traps.
// Refused: by `sandbox/thread/guest-memory.ts`, which looks at bounds and sizes at each access (ERR_SANDBOX_ANSWER).
const pool = stagedPool();
const imports = '(import "beryl" "ask" (func $ask (param i32 i32) (result i64)))';
const allow = {
  host: { echo: { arguments: [z.json()], result: z.json(), call: ([value]: readonly unknown[]) => value } },
};
const run = async (body: string, more = {}) =>
  ending(
    await runGuest(
      await wasm(wat(body, more)),
      pool,
      { allow, limits: { timeMs: 2_000 } },
      { input: [1, 'ä'] },
    ),
  );

describe('a module that lies about its memory', () => {
  test('the honest twin: a module answers with what it was given, and with what the host says', async () => {
    expect(await run('(call $keep (local.get $at) (local.get $size))')).toEqual([[1, 'ä']]);
    const asked = '["host","echo",["hi"]]';
    const more = `(data (i32.const 32) "${asked.replaceAll('"', '\\22')}")`;
    expect(await run(`(call $ask (i32.const 32) (i32.const ${asked.length}))`, { imports, more })).toEqual({
      value: 'hi',
    });
  });

  test.each([
    ['beyond its memory', '(call $keep (i32.const 65535) (i32.const 100))'],
    ['at the end of 32 bits', '(call $keep (i32.const -1) (i32.const -1))'],
    ['that is too long', '(i64.const 0xffffffff)'],
    [
      'that is not text',
      '(i32.store (i32.const 16) (i32.const -1)) (call $keep (i32.const 16) (i32.const 4))',
    ],
  ])('an answer %s', async (_, body) => {
    expect(await run(body)).toBe('ERR_SANDBOX_ANSWER');
  });

  test('an answer that is not JSON', async () => {
    expect(
      await run(
        '(i32.store (i32.const 16) (i32.const 0x7b7b7b7b)) (call $keep (i32.const 16) (i32.const 4))',
      ),
    ).toBe('ERR_HANDLER_RESULT');
  });

  test('a question beyond its memory', async () => {
    expect(await run('(call $ask (i32.const 65535) (i32.const 1000))', { imports })).toBe(
      'ERR_SANDBOX_ANSWER',
    );
  });

  test('room beyond its memory', async () => {
    const bytes = await wasm(`(module (memory (export "memory") 1)
      (func (export "alloc") (param i32) (result i32) (i32.const -8))
      (func (export "run") (param i32 i32) (result i64) (i64.const 0)))`);
    expect(ending(await runGuest(bytes, pool, {}, { input: 'x' }))).toBe('ERR_SANDBOX_ANSWER');
  });

  test('a trap', async () => {
    expect(await run('(unreachable)')).toBe('ERR_SANDBOX_GUEST');
  });

  test('system calls of WASI reach nothing, and no memory beside the guest’s', async () => {
    const wasi = `(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))`;
    const withWasi = async (body: string, more: object = {}) =>
      ending(
        await runGuest(await wasm(wat(body, { imports: wasi })), pool, { allow: { wasi: true, ...more } }),
      );
    const answer = '(call $keep (i32.const 16) (i32.const 4))';
    expect(
      await withWasi(
        `(drop (call $write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 80))) ${answer}`,
      ),
    ).toBe(true);
    expect(
      await withWasi(
        `(drop (call $write (i32.const 1) (i32.const 65530) (i32.const 9) (i32.const 80))) ${answer}`,
      ),
    ).toBe('ERR_SANDBOX_ANSWER');
    // 76: no capability.
    const store = (call: string) =>
      `(i32.store8 (i32.const 16) (select (i32.const 49) (i32.const 48) (i32.eq ${call} (i32.const 76)))) (call $keep (i32.const 16) (i32.const 1))`;
    expect(await withWasi(store('(call $random (i32.const 64) (i32.const 8))'))).toBe(1);
    expect(await withWasi(store('(call $random (i32.const 64) (i32.const 8))'), { random: true })).toBe(0);
    expect(await withWasi('(call $exit (i32.const 0)) (unreachable)')).toBe('ERR_SANDBOX_GUEST');
  });
});
