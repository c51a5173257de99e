import { describe, expect, test } from 'vitest';
import { ending, runGuest, stagedPool, wasm, wat } from '../support/sandbox-stage.ts';

// Goal:    strike while a guest is loaded: before it is called, and before anybody has looked at it.
// Means:   sources that are long, nested, wrong, never loaded, or run at once; modules with other imports, memories and tables than allowed.
// Refused: by `sandboxed`, with ERR_SANDBOX_SOURCE: it loads the guest in a thread within its limits, and bounds modules of WebAssembly.
const pool = stagedPool();
const limits = { timeMs: 5_000, steps: 500_000 };
const refused = (source: string | Uint8Array, more = {}) =>
  expect(runGuest(source, pool, { limits: { ...limits, ...more } })).rejects.toMatchObject({
    code: 'ERR_SANDBOX_SOURCE',
  });
const answer = '(call $keep (i32.const 16) (i32.const 4))';

describe('a source that strikes while it is loaded', () => {
  test('the honest twin: sources that load', async () => {
    expect(ending(await runGuest('const one = await 1; export function run() { return one; }', pool))).toBe(
      1,
    );
    expect(ending(await runGuest(await wasm(wat(answer)), pool))).toBe(true);
  });

  test.each([
    ['is not JavaScript', 'export const run = ;'],
    ['is empty', ''],
    ['lacks the function', 'export const walk = () => 1;'],
    ['exports no function', 'export const run = 1;'],
    ['throws', 'export const run = () => 1; throw new Error("no");'],
    ['never ends', 'export const run = () => 1; for (;;);'],
    ['waits for ever', 'export const run = () => 1; await new Promise(() => {});'],
    [
      'takes memory',
      'export const run = () => 1; const all = []; for (;;) all.push(new Array(10000).fill(1));',
    ],
    ['imports', 'import fs from "node:fs"; export const run = () => 1;'],
    ['calls out', 'export const run = () => 1; beryl.call("bank", "wipe");'],
    ['is nested deeply', `export const run = ${'('.repeat(20_000)}1${')'.repeat(20_000)};`],
    ['has a nested expression', `export const run = ${'['.repeat(20_000)}${']'.repeat(20_000)};`],
  ])('JavaScript that %s', async (_, source) => {
    await refused(source);
  });

  test('a source that is too long is not even read', async () => {
    await refused(`export const run = () => 1; //${'x'.repeat(2_000)}`, { sourceSize: 1_000 });
    await refused(new Uint8Array(2_000), { sourceSize: 1_000 });
  });

  test.each([
    ['is none', Uint8Array.from([1, 2, 3])],
    ['ends early', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 200])],
    [
      'has a number without end',
      Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 255, 255, 255, 255, 255, 255]),
    ],
    ['is empty', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  ])('a module that %s', async (_, bytes) => {
    await refused(bytes);
  });

  test.each([
    ['imports what is not there', wat(answer, { imports: '(import "env" "system" (func (param i32)))' })],
    [
      'imports a call without the right to call',
      wat(answer, { imports: '(import "beryl" "ask" (func (param i32 i32) (result i64)))' }),
    ],
    [
      'imports WASI without the right to it',
      wat(answer, {
        imports: '(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))',
      }),
    ],
    ['imports a global', wat(answer, { imports: '(import "beryl" "x" (global i32))' })],
    ['imports its memory', '(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)))'],
    ['has no memory', '(module (func (export "alloc")) (func (export "run")))'],
    ['has two memories', '(module (memory (export "memory") 1) (memory 60000))'],
    ['has a shared memory', '(module (memory (export "memory") 1 65536 shared))'],
    ['begins with more memory than it may have', wat(answer, { memory: '60000' })],
    ['has a table without end', wat(answer, { more: '(table 10000000 funcref)' })],
    ['lacks the function', '(module (memory (export "memory") 1) (func (export "alloc")))'],
    ['runs for ever when it starts', wat(answer, { more: '(func $go (loop $on (br $on))) (start $go)' })],
    ['uses the host when it starts', wat(answer, { more: '(func $go (unreachable)) (start $go)' })],
  ])('a module that %s', async (_, text) => {
    await refused(await wasm(text), { timeMs: 500 });
  });
});
