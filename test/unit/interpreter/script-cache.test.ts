import { beforeEach, describe, expect, it } from 'vitest';
import { forgetAll } from '../../../interpreter/forget.ts';
import { scriptOf } from '../../../interpreter/script-cache.ts';

/** A script of about `length` characters; each `name` makes another one. */
const scriptWith = (name: string, length: number): string =>
  `(call "p" ("s" "${name}") ["${'x'.repeat(length)}"])`;
const isKept = (air: string, before: object): boolean => scriptOf(air) === before;

beforeEach(() => forgetAll());

describe('scripts parsed lately', () => {
  it.each([
    ['short', 100],
    ['long', 40_000],
  ])('%s ones are parsed once', (_, length) => {
    const [a, b] = [scriptWith('a', length), scriptWith('b', length)];
    const trees = [scriptOf(a), scriptOf(b)];
    expect([isKept(a, trees[0] as object), isKept(b, trees[1] as object)]).toEqual([true, true]);
  });

  it('long ones are kept up to 128 Ki characters together, and the latest in any case', () => {
    const [a, b] = [scriptWith('a', 70_000), scriptWith('b', 70_000)];
    const first = scriptOf(a);
    const second = scriptOf(b);
    expect(isKept(b, second)).toBe(true);
    expect(isKept(a, first)).toBe(false);
  });

  it('one of more than 1 Mi characters is not kept', () => {
    const air = scriptWith('a', 1024 * 1024);
    expect(isKept(air, scriptOf(air))).toBe(false);
  });

  it('a script that is not valid is refused each time', () => {
    for (let i = 0; i < 2; i++)
      expect(() => scriptOf('(call')).toThrow(expect.objectContaining({ code: 'ERR_RUN_1' }));
  });
});
