import { expect, it } from 'vitest';
import { counted } from '../../../base/counted.ts';

it('one is singular, everything else plural', () => {
  expect([0, 1, 2].map(count => counted(count, 'call'))).toEqual(['0 calls', '1 call', '2 calls']);
  expect([1, 2].map(count => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
});
