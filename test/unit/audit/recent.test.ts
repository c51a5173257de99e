import { expect, it } from 'vitest';
import { RecentEntries, RecentSet } from '../../../audit/recent.ts';

it('a set remembers as many keys as its size, and forgets the oldest first', () => {
  const recent = new RecentSet(2);
  expect(['a', 'b', 'a', 'b'].map(key => recent.add(key))).toEqual([true, true, false, false]);
  expect(['c', 'b', 'a', 'c'].map(key => recent.add(key))).toEqual([true, false, true, false]);
});

it('entries remember as many values as their size, and forget the oldest first', () => {
  const recent = new RecentEntries<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  expect([recent.get('a'), recent.get('b')]).toEqual([1, 2]);
  recent.set('c', 3);
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([undefined, 2, 3]);
});
