import { describe, expect, test } from 'vitest';
import { anyJson, ending, runGuest, stagedPool, wasm, wat } from '../support/sandbox-stage.ts';

// Goal:    use up the memory of the host.
// Means:   arrays, strings, buffers and maps without end; huge answers and questions; memory of WebAssembly that grows, also under the limit of another service.
// Refused: by the memory of the guest's engine, which cannot grow (ERR_SANDBOX_MEMORY), and by the size of texts (ERR_SANDBOX_ANSWER).
const pool = stagedPool();
const MIB = 1_048_576;
const run = async (body: string): Promise<unknown> => {
  const decision = await runGuest(`export const run = input => { ${body} };`, pool, {
    limits: { timeMs: 20_000 },
  });
  return ending(decision);
};

describe('a guest that takes memory', () => {
  test('the honest twin: some megabytes are allowed', async () => {
    expect(await run('return new Array(100000).fill(7).reduce((a, b) => a + b);')).toBe(700_000);
  });

  test.each([
    ['arrays', 'const all = []; for (;;) all.push(new Array(10000).fill(1));'],
    ['one huge string', 'return "a".repeat(500000000).length;'],
    ['strings that double', 'let s = "ab"; for (;;) s += s + "";'],
    ['buffers', 'const all = []; for (;;) all.push(new Uint8Array(1000000).fill(1));'],
    ['a buffer of gigabytes', 'return new ArrayBuffer(2000000000).byteLength;'],
    ['maps', 'const map = new Map(); for (let i = 0; ; i++) map.set("key" + i, [i]);'],
  ])('%s', async (_, body) => {
    const before = process.memoryUsage().rss;
    const ended = await run(body);
    // Some are refused for their size alone, before they take anything.
    expect(['ERR_SANDBOX_MEMORY', 'ERR_SANDBOX_GUEST']).toContain(ended);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MIB);
  });

  test('an answer beyond its size does not leave the engine', async () => {
    expect(await run('return "x".repeat(1100000);')).toBe('ERR_SANDBOX_ANSWER');
  });

  test('an answer that grows while it is written', async () => {
    expect(
      await run('const a = ["xxxxxxxx"]; for (let i = 0; i < 40; i++) a.push([...a]); return a;'),
    ).toMatch(/^ERR_SANDBOX_(MEMORY|STEPS|ANSWER)$/);
  });

  test('a question beyond its size does not leave the engine', async () => {
    const limits = { memoryBytes: 128 * MIB };
    const ask = (size: number): string =>
      `export const run = () => { try { return beryl.host("\\u4e00".repeat(${size})); } catch (e) { return e.message; } };`;
    const allow = { host: { a: { arguments: [], result: anyJson, call: () => 1 } } };
    expect(ending(await runGuest(ask(10), pool, { limits, allow }))).toContain('is not on the allow-list');
    expect(ending(await runGuest(ask(4_000_000), pool, { limits, allow }))).toContain('takes at most');
  });

  test('structures and arrays of WebAssembly would lie outside of its memory', async () => {
    const type = (...bytes: number[]) =>
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, bytes.length, ...bytes);
    // An array of bytes that can be changed; a structure; a function that takes a reference to one.
    for (const bytes of [type(1, 0x5e, 0x78, 1), type(1, 0x5f, 0), type(1, 0x60, 1, 0x6b, 0)])
      await expect(runGuest(bytes, pool)).rejects.toThrow('types other than functions of numbers');
    await expect(runGuest(type(1, 0x60, 2, 0x7f, 0x7c, 1, 0x7e), pool)).rejects.toThrow(
      'a memory of its own',
    );
  });

  test('the memory of WebAssembly ends at its limit, whatever maximum the module states', async () => {
    const grow = `(drop (memory.grow (i32.const 60000)))
      (i32.store8 (i32.const 16) (select (i32.const 48) (i32.const 49) (i32.eq (memory.size) (i32.const 1))))
      (call $keep (i32.const 16) (i32.const 1))`;
    for (const memory of ['1', '1 65536']) {
      const decision = await runGuest(await wasm(wat(grow, { memory })), pool);
      expect(ending(decision)).toBe(0);
    }
  });

  test('the limit is that of the service, although the thread has compiled the same module for one that may use more', async () => {
    const source = await wasm(
      wat(`(drop (memory.grow (i32.const 100)))
        (i32.store8 (i32.const 16) (select (i32.const 48) (i32.const 49) (i32.eq (memory.size) (i32.const 1))))
        (call $keep (i32.const 16) (i32.const 1))`),
    );
    const grown = [];
    for (const memoryBytes of [16 * MIB, 65_536, 16 * MIB])
      grown.push(ending(await runGuest(source, pool, { limits: { memoryBytes } })));
    expect(grown).toEqual([1, 0, 1]);
  });

  test('the thread goes on: the next call is served', async () => {
    expect(await run('return 1;')).toBe(1);
    expect(pool.threads).toBeLessThanOrEqual(1);
  });
});
