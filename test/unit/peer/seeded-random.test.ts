import { expect, it } from 'vitest';
import { seededRandom } from '../../../peer/index.ts';

const some = (seed: number): unknown[] => {
  const random = seededRandom(seed);
  return [random.next(), random.next(), [...random.bytes(5)], random.next()];
};

it('equal seeds give equal numbers and bytes', () => expect(some(7)).toEqual(some(7)));

it('other seeds give others, also beyond 32 bits', () => {
  const all = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 52].map(seed => JSON.stringify(some(seed)));
  expect(new Set(all).size).toBe(all.length);
});

it('numbers lie in [0, 1) and spread evenly', () => {
  const random = seededRandom(3);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const number = random.next();
    expect(number >= 0 && number < 1).toBe(true);
    const tenth = Math.floor(number * 10);
    tenths[tenth] = (tenths[tenth] as number) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
