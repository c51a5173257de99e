import { expect, it } from 'vitest';
import { once } from '../../../base/once.ts';

it('a value is made when it is asked for first, and only then', () => {
  let made = 0;
  const value = once(() => ({ made: ++made }));
  expect(made).toBe(0);
  expect(value()).toBe(value());
  expect(made).toBe(1);
});
