import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../../interpreter/recent-map.ts';

describe('RecentMap', () => {
  it('forgets what was unused for longest', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  });

  it('drops entries until the rest is within the limit', () => {
    const map = new RecentMap<string, string>(10, { max: 5, of: (value, key) => value.length + key.length });
    map.set('a', '1');
    map.set('b', '1');
    map.set('c', '12');
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, '1', '12']);
  });

  it('does not take what alone weighs too much, nor forget others for it', () => {
    const map = new RecentMap<string, string>(10, { max: 5, of: value => value.length });
    map.set('a', '12');
    map.set('b', '123456');
    expect([map.get('a'), map.get('b')]).toEqual(['12', undefined]);
  });

  it('counts a value that was replaced once', () => {
    const map = new RecentMap<string, string>(10, { max: 5, of: value => value.length });
    for (let i = 0; i < 10; i++) map.set('a', '12');
    map.set('b', '123');
    expect([map.get('a'), map.get('b')]).toEqual(['12', '123']);
  });
});
