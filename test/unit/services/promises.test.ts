import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { abandon, findPromise, isThenable } from '../../../services/promises.ts';

// A rejection that nobody handles fails this file.
const rejected = (): Promise<never> => Promise.reject(new Error('unhandled'));
const trap = (): never => {
  throw new Error('trap');
};
// oxlint-disable-next-line unicorn/no-thenable
const thenable = { then: () => undefined };

describe('isThenable', () => {
  test('knows promises of every make', () => {
    const foreign: unknown = runInNewContext('Promise.resolve(1)');
    // oxlint-disable-next-line unicorn/no-thenable
    const callable = Object.assign(() => 1, { then: () => undefined });
    expect([Promise.resolve(1), foreign, thenable, callable].map(isThenable)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    // oxlint-disable-next-line unicorn/no-thenable
    expect([{}, { then: 1 }, null, undefined, 'then', () => 1].map(isThenable)).toEqual(Array(6).fill(false));
  });
});

describe('abandon', () => {
  test('takes anything, and lets nothing be unhandled', async () => {
    const values = [
      rejected(),
      runInNewContext('Promise.reject(new Error("unhandled"))'),
      // oxlint-disable-next-line unicorn/no-thenable
      { then: trap },
      new Proxy({}, { get: trap }),
      // oxlint-disable-next-line unicorn/no-thenable
      { then: (_: unknown, reject: (why: unknown) => void) => reject(new Error('unhandled')) },
      undefined,
      5,
    ];
    for (const value of values) expect(() => abandon(value)).not.toThrow();
    await new Promise(resolve => setImmediate(resolve));
  });
});

describe('findPromise', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  test.each([
    ['the answer itself', Promise.resolve(1), ''],
    ['a member', { a: Promise.resolve(1) }, 'a'],
    ['an element', [0, Promise.resolve(1)], '[1]'],
    ['deep down', { a: [{ b: thenable }] }, 'a.[0].b'],
    ['a map', { m: new Map([['k', Promise.resolve(1)]]) }, 'm.0'],
    ['a set', new Set([1, Promise.resolve(1)]), '1'],
    ['the cause of an error', new Error('x', { cause: Promise.resolve(1) }), 'cause'],
    ['beside a cycle', { cycle, p: thenable }, 'p'],
    ['beside what throws', { bad: new Proxy({}, { ownKeys: trap, get: trap }), p: thenable }, 'p'],
    ['none', { a: [1, 'x', null, undefined] }, undefined],
    ['none in a cycle', cycle, undefined],
    ['none in a text', 'text', undefined],
  ])('%s', (_, answer, path) => {
    expect(findPromise(answer)).toBe(path);
  });

  test('abandons all that it finds', async () => {
    expect(findPromise({ a: rejected(), b: [rejected(), { c: rejected() }] })).toBe('a');
    findPromise(new Map([[1, rejected()]]));
    findPromise(new Error('x', { cause: [rejected()] }));
    await new Promise(resolve => setImmediate(resolve));
  });

  test('nesting does not exhaust the stack', () => {
    const deep = Array.from({ length: 5000 }).reduce<unknown>(inner => [inner], thenable);
    expect(findPromise(deep)).toMatch(/^\[0\](\.\[0\])+$/);
  });
});
