import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BinaryHeap } from '../../../peer/binary-heap.ts';

function drained(heap: BinaryHeap<number>): number[] {
  const items: number[] = [];
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) items.push(item);
  return items;
}

it('gives items in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), items => {
      const heap = new BinaryHeap<number>((a, b) => a < b);
      for (const item of items) heap.push(item);
      expect(heap.first).toBe(items.length === 0 ? undefined : Math.min(...items));
      expect(drained(heap)).toEqual(items.toSorted((a, b) => a - b));
    }),
  );
});

it('gives the first item while others come', () => {
  const heap = new BinaryHeap<number>((a, b) => a < b);
  for (const item of [5, 1, 4]) heap.push(item);
  expect(heap.pop()).toBe(1);
  heap.push(0);
  heap.push(6);
  expect(heap.first).toBe(0);
  expect(drained(heap)).toEqual([0, 4, 5, 6]);
});

it('is empty after clear', () => {
  const heap = new BinaryHeap<number>((a, b) => a < b);
  heap.push(1);
  heap.clear();
  expect([heap.first, heap.pop()]).toEqual([undefined, undefined]);
});
