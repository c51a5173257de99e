import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../../interpreter/recent-map.ts';

describe('RecentMap', () => {
  it('remembers as many entries as it may; the one unused for longest goes first', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  });

  it('remembers as much weight as it may, counting what was replaced no more', () => {
    const map = new RecentMap<string, string>(10, { max: 6, of: text => text.length });
    map.set('a', 'xxx');
    map.set('a', 'yy');
    map.set('b', 'zzz');
    expect([map.get('a'), map.get('b')]).toEqual(['yy', 'zzz']);
    map.set('c', 'ww');
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 'zzz', 'ww']);
    map.set('d', 'longer than that');
    expect(map.get('d')).toBeUndefined();
  });
});
