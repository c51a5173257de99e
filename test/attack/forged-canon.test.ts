import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    bob believes that a stream holds what nobody put there.
// Means:   mallory, who may fix the order of the stream, lists other elements.
// Refused: by recordedItems: each element is taken from bob's own walk over the site that is named.
const SCRIPT = `(seq (par (call "alice" ("s" "price") [] $prices) (ap "literal" $prices))
  (seq (canon "mallory" $prices #prices) (call "bob" ("s" "buy") [#prices])))`;

function fixed(): { bench: Bench; forgery: Forgery; content: [string, string][] } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '100' } });
  bench.deliver('alice', 'mallory');
  const forgery = new Forgery(bench, bench.data('mallory'));
  const value = forgery.data.values.get(forgery.record('mallory').responseHash);
  return { bench, forgery, content: JSON.parse(value?.text ?? '') as [string, string][] };
}

function forge(change: (content: [string, string][]) => unknown) {
  const { bench, forgery, content } = fixed();
  const [, priceHash] = content.find(([site]) => site === '2') as [string, string];
  const record = forgery.record('mallory');
  const values = new Map([
    [
      priceHash,
      forgery.data.values.get(priceHash) as NonNullable<ReturnType<typeof forgery.data.values.get>>,
    ],
  ]);
  forgery.data = { ...forgery.data, values };
  const responseHash = forgery.addValue(JSON.stringify(change(content)));
  forgery.sign('mallory', [[{ ...record, responseHash }]]);
  return bench.run('bob', { current: forgery.bytes });
}

describe('mallory forges a canon', () => {
  it('honest twin: the elements arrive with their own origins', () => {
    const { bench, forgery } = fixed();
    const request = bench.run('bob', { current: forgery.bytes }).callRequests.get(1);
    expect(request?.arguments).toEqual([expect.arrayContaining([100, 'literal'])]);
    expect(request?.tetraplets[0]).toContainEqual({
      peerId: idOf('alice'),
      serviceId: 's',
      functionName: 'price',
      getter: '',
    });
  });

  it('may choose the order, which is hers to fix', () => {
    expect(forge(content => content.toReversed()).retCode).toBe(RetCode.success);
  });

  it.each<[string, (content: [string, string][]) => unknown]>([
    ['an element of a site that puts nothing there', content => [...content, ['0', content[0]?.[1]]]],
    ['another value', content => content.map(([site]) => [site, '00'.repeat(32)])],
    ['one element twice', content => [...content, content[0]]],
    ['no list', () => ({ 0: 'x' })],
    ['elements of another shape', () => [['1']]],
  ])('is refused: %s', (_, change) => {
    expect(forge(change).retCode).toBe(RetCode.canonForged);
  });
});
