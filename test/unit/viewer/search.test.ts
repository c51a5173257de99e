import { describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../../audit/index.ts';
import { CallIndex, parseQuery } from '../../../viewer/model/search.ts';
import type { CallRow, Workspace } from '../../../viewer/model/workspace.ts';

const call = (number: number, fields: Partial<RecordedCall> = {}): CallRow => ({
  id: `0.${number}`,
  recording: 0,
  call: {
    call: number,
    peerId: `peer-${number % 3}`,
    particleId: `particle ${number}`,
    particle: 'ab'.repeat(64),
    initPeerId: 'peer-0',
    service: 'blogSrv',
    function: 'add_post',
    arguments: [`"text ${number}"`, 'true'],
    origins: [],
    site: '1',
    outcome: 'served',
    ...fields,
  },
});
const indexOf = (calls: readonly CallRow[]): CallIndex =>
  new CallIndex({ calls, nameOf: id => ({ 'peer-0': 'alice', 'peer-1': 'bob' })[id] ?? id } as Workspace);

describe('a search', () => {
  const rows = [
    call(0),
    call(1, { service: 'authSrv', function: 'get_status', arguments: [] }),
    call(2, { outcome: 'denied', code: 'ERR_CALL_DENIED_GUARD', answer: 'denied `blogSrv.add_post`' }),
    call(3, { answer: 'Two Words' }),
  ];
  const index = indexOf(rows);
  const marks = new Map([['0.3', ['tampered: result']]]);

  it.each<[query: string, found: number[]]>([
    ['', [0, 1, 2, 3]],
    ['text', [0, 2, 3]],
    ['TEXT 3', [3]],
    ['"two words"', [3]],
    ['get_*', [1]],
    ['blog*post', [0, 2, 3]],
    ['peer:alice', [0, 3]],
    ['peer:peer-2', [2]],
    ['outcome:denied', [2]],
    ['-outcome:served', [2]],
    ['code:*GUARD', [2]],
    ['code:err_*_guard', [2]],
    ['function:add_post -peer:alice', [2]],
    ['is:tampered', [3]],
    ['-is:tampered text', [0, 2]],
    ['unknown:field', []],
    ['a*b*c*d*e*f*g', []],
  ])('%j finds %j', (query, found) => {
    expect(index.find(parseQuery(query), marks).map(({ call: { call: number } }) => number)).toEqual(found);
  });

  it('takes less than 200 ms in 100 000 calls, patterns that could backtrack included', () => {
    const large = indexOf(Array.from({ length: 100_000 }, (_, i) => call(i)));
    const best = (query: string): number =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const begin = performance.now();
          large.find(parseQuery(query), marks);
          return performance.now() - begin;
        }),
      );
    expect(large.find(parseQuery('"text 99999"'), marks)).toHaveLength(1);
    for (const query of ['"text 99999"', 'peer:bob -outcome:served', 't*t*t*t*t*t*t*t*t*t*z', '-text'])
      expect(best(query), query).toBeLessThan(200);
  });
});
