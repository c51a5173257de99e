import { expect, it } from 'vitest';
import { endAll, type Ends } from '../../../../cli/daemon/ends.ts';

it('ends all parts once, the last one first, also after one that fails', async () => {
  const ended: string[] = [];
  const ends: Ends = [
    () => void ended.push('key'),
    async () => void ended.push('store'),
    () => {
      throw new Error('no disk');
    },
    async () => Promise.reject(new Error('no collector')),
    () => void ended.push('socket'),
  ];
  expect((await endAll(ends)).map(String)).toEqual(['Error: no collector', 'Error: no disk']);
  expect(ended).toEqual(['socket', 'store', 'key']);
  expect(await endAll(ends)).toEqual([]);
  expect(ended).toHaveLength(3);
});
