import { printableJson } from '../../base/printable.ts';

/** Lines of one JSON array in an object, one element a line, so that a long list need not be in memory. */
export function* jsonList(head: string, items: Iterable<unknown>, tail: string): Generator<string> {
  yield head;
  let last: string | undefined;
  for (const item of items) {
    if (last !== undefined) yield `${last},`;
    last = printableJson(JSON.stringify(item));
  }
  if (last !== undefined) yield last;
  yield tail;
}
