import { expect, it } from 'vitest';
import { assertNever, invariant } from '../../../base/assert.ts';

it.each([false, 0, '', null, undefined, NaN])('invariant throws for %j', condition => {
  expect(() => invariant(condition, 'a peer has a key')).toThrow(
    expect.objectContaining({ name: 'InvariantError', message: 'invariant violated: a peer has a key' }),
  );
});

it.each([true, 1, 'x', {}])('invariant accepts %j', condition => {
  expect(() => invariant(condition, 'never shown')).not.toThrow();
});

it('assertNever names the value', () => {
  expect(() => assertNever('jump' as never, 'instruction')).toThrow('unexpected instruction: jump');
});
