import { describe, expect, test } from 'vitest';
import { closed } from '../../../../services/guards/closed.ts';
import type { Reason } from '../../../../services/index.ts';

const trap = (): never => {
  throw new Error('trap\nat home');
};

describe('closed', () => {
  test('passes on a clear answer, as a frozen copy', () => {
    const reason = { kind: 'custom' as const, text: 'is odd' };
    expect(closed(() => undefined)).toBeUndefined();
    const copy = closed(() => reason);
    reason.text = 'changed';
    expect(copy).toEqual({ kind: 'custom', text: 'is odd' });
  });

  test('keeps names that are not Unicode text', () => {
    expect(closed(() => ({ kind: 'custom', text: 'a\ud800' }))).toEqual({ kind: 'custom', text: 'a\ud800' });
  });

  test.each<readonly [string, () => unknown]>([
    ['a promise', async () => undefined],
    ['a promise that rejects', () => Promise.reject(new Error('unhandled'))],
    ['false', () => false],
    ['true', () => true],
    ['null', () => null],
    ['a text', () => 'denied'],
    ['an object without kind', () => ({ text: 'x' })],
    ['a bigint', () => 1n],
    ['a list', () => Object.assign([], { kind: 'custom' })],
    ['a function', () => trap],
    ['what throws when it is read', () => ({ kind: 'custom', toJSON: trap })],
    ['a proxy that throws', () => new Proxy({}, { get: trap, has: trap })],
    ['an exception', trap],
    ...['constructor', '__proto__', 'toString', '', 5, null, ['custom'], {}].map(
      kind => [`a reason of kind ${JSON.stringify(kind)}`, () => ({ kind })] as const,
    ),
    ...['origin', 'derived', 'each', 'whose', 'value', 'selected', 'custom'].map(
      kind => [`\`${kind}\` without the facts of its kind`, () => ({ kind })] as const,
    ),
    ['a reason that holds an odd one', () => ({ kind: 'all-of', reasons: [{ kind: 'constructor' }] })],
  ])('takes %s for a denial', (_, check) => {
    const reason = closed(check as () => Reason | undefined);
    expect(reason?.kind).toBe('guard-failed');
    expect(JSON.stringify(reason)).not.toContain('\\n');
  });

  test.each([false, true, null, 'denied', 7, { text: 'x' }])('says that %j is not an answer', answer => {
    expect(closed((() => answer) as unknown as () => Reason | undefined)).toEqual({
      kind: 'guard-failed',
      message: 'it answered neither with a reason nor with undefined',
    });
  });
});
