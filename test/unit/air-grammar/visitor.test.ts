import { expect, it } from 'vitest';
import { parse, walk } from '../../../air-grammar/index.ts';

it('enters and leaves every instruction in the order of the text', () => {
  const events: string[] = [];
  walk(parse('(seq (fold [] i (match 1 1 (null)) (never)) (new x (par (null) (never))))').root, {
    enter: ({ kind }, depth) => events.push(`+${kind}${depth}`),
    leave: ({ kind }, depth) => events.push(`-${kind}${depth}`),
  });
  expect(events.join(' ')).toBe(
    '+seq0 +fold1 +match2 +null3 -null3 -match2 +never2 -never2 -fold1 +new1 +par2 +null3 -null3 +never3 -never3 -par2 -new1 -seq0',
  );
});
