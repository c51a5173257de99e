import { describe, expect, test } from 'vitest';
import { ending, runGuest, stagedPool } from '../support/sandbox-stage.ts';

// Goal:    go on after the answer, or never answer, with promises instead of a loop.
// Means:   reactions that make reactions, promises that nothing settles, thenables, loops of `await`, work left behind.
// Refused: by the count of reactions (ERR_SANDBOX_STEPS), and by the end of the call: what is left of its engine is dropped.
const pool = stagedPool();
const run = (body: string) =>
  runGuest(`export const run = async input => { ${body} };`, pool, {
    limits: { timeMs: 20_000, steps: 200_000 },
  });

describe('a guest that floods its host with promises', () => {
  test('the honest twin: a guest may wait for its own promises', async () => {
    expect(
      ending(await run('const [a, b] = await Promise.all([1, Promise.resolve(2)]); return a + b;')),
    ).toBe(3);
  });

  test.each([
    ['await without end', 'for (;;) await null;'],
    ['reactions that make reactions', 'const f = () => Promise.resolve().then(f); return f();'],
    ['a thenable that gives itself', 'const t = { then(r) { r({ then: t.then }); } }; return t;'],
    [
      'reactions that double',
      'const f = () => { Promise.resolve().then(f); Promise.resolve().then(f); }; f(); for (;;) await null;',
    ],
  ])('%s', async (_, body) => {
    expect(ending(await run(body))).toMatch(/^ERR_SANDBOX_(STEPS|MEMORY|GUEST)$/);
  });

  test('a promise that nothing settles', async () => {
    const decision = await run('return new Promise(() => {});');
    expect(decision.kind === 'failed' && decision.text).toBe(
      'guest: the answer is a promise that nothing settles',
    );
  });

  test('what a guest leaves behind does not run', async () => {
    const source = `let n = 0;
      export const run = () => { const f = () => { n += 1; Promise.resolve().then(f); }; f(); return n; };`;
    expect(ending(await runGuest(source, pool))).toBe(1);
    expect(ending(await runGuest(source, pool))).toBe(1);
  });
});
