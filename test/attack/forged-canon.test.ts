import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { fixedByMallory, forgeCanon } from '../support/canon.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob believes that a stream holds what nobody put there.
// Means:   mallory, who may fix the order of the stream, lists other elements.
// Refused: by recordedItems: each element is taken from bob's own walk over the site that is named.
describe('mallory forges a canon', () => {
  it('honest twin: the elements arrive with their own origins', () => {
    const { bench, forgery } = fixedByMallory();
    const request = bench.run('bob', { current: forgery.bytes }).callRequests.get(1);
    expect(request?.arguments).toEqual([expect.arrayContaining([100, 'literal'])]);
    expect(request?.tetraplets[0]).toContainEqual({
      peerId: idOf('alice'),
      serviceId: 's',
      functionName: 'price',
      getter: '',
    });
  });

  it('honest twin: the order is hers to fix, and so is what to leave out', () => {
    const turned = forgeCanon(content => content.toReversed());
    expect(turned.retCode).toBe(RetCode.success);
    const both = forgeCanon(content => content);
    expect(requestsOf(turned)).toEqual(
      requestsOf(both).map(([fn, [list]]) => [fn, [(list as []).toReversed()]]),
    );
    expect(requestsOf(forgeCanon(() => []))).toEqual([['buy', [[]]]]);
  });

  it.each<[string, (content: [string, string][]) => unknown, string]>([
    [
      'an element of a site that puts nothing there',
      content => [...content, ['0', content[0]?.[1]]],
      'nothing put an element there at site `0`',
    ],
    [
      'an element of a site that does not exist',
      content => [...content, ['99/7:1', content[0]?.[1]]],
      'at site `99/7:1`',
    ],
    [
      'another value',
      content => content.map(([site]) => [site, '00'.repeat(32)]),
      'put another value there than',
    ],
    ['one element twice', content => [...content, content[0]], 'is listed twice'],
    ['no list', () => ({ 0: 'x' }), 'its content is not a list'],
    ['elements of another shape', () => [['1']], 'an element is not `[site, value hash]`'],
    ['elements of other types', () => [[1, null]], 'an element is not `[site, value hash]`'],
    [
      'a site of another spelling',
      content => content.map(([site, hash]) => [`0${site}`, hash]),
      'nothing put an element there',
    ],
  ])('is refused: %s', (_, change, text) => {
    expectRefused(forgeCanon(change), RetCode.canonForged, { text });
  });
});
