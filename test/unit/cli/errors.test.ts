import { expect, it } from 'vitest';
import { ExitCode, graverOf } from '../../../cli/errors.ts';

it('orders every exit code by severity, as docs/cli.md says', () => {
  const order: ExitCode[] = [70, 5, 4, 1, 3, 2, 6, 0];
  expect(order.toSorted()).toEqual(Object.values(ExitCode).toSorted());
  for (const [i, graver] of order.entries())
    for (const milder of order.slice(i)) {
      expect(graverOf(graver, milder)).toBe(graver);
      expect(graverOf(milder, graver)).toBe(graver);
    }
});
