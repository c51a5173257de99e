import { expect, it } from 'vitest';
import { costOf } from '../../../../support/cost.ts';

/** What comparing a value with itself costs, beside reading it. */
const costOfMatch = (json: string): number =>
  costOf('(match list list (null))', json) - costOf('(seq (null) (null))', json);

it.each([
  ['short texts cost nothing', JSON.stringify('x'.repeat(255)), 0],
  ['long texts cost a unit for 256 characters', JSON.stringify('x'.repeat(2560)), 10],
])('%s', (_, json, cost) => expect(costOfMatch(json)).toBe(cost - 1));

/** Two equal values that are not one: of the second, each list is read again. */
const costOfCompare = (json: string): number =>
  costOf('(match list.$.[0] list.$.[1] (null))', `[${json},${json}]`) -
  costOf('(match list.$.[0] list.$.[0] (null))', `[${json},${json}]`);

it('lists and objects cost their items and members', () => {
  const numbers = JSON.stringify(Array.from({ length: 40 }, (_, i) => i));
  const members = JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i])));
  expect([costOfCompare('[]'), costOfCompare(numbers), costOfCompare(members)]).toEqual([0, 2, 40]);
});
