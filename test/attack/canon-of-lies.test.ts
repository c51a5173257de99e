import { describe, expect, it } from 'vitest';
import { parseJson, RetCode, Value } from '../../interpreter/index.ts';
import { idOf, withNames } from '../support/cast.ts';
import { fixedByMallory, forgeCanon, LITERAL_SITE, PRICE_SITE } from '../support/canon.ts';
import { expectRefused } from '../support/refused.ts';

// Goal:    an element of a canon gets an origin, or a value, that is not its own: mallory's word becomes alice's.
// Means:   mallory fixes the order; she puts her values at alice's sites, and alice's at hers.
// Refused: by recordedItems; a canon names a site, and value and origin are those that bob's own walk found there.
const hashOf = (json: string): string => Value.ofJson(parseJson(json)).hash;

describe('a canon with false claims about its elements', () => {
  it('honest twin: the literal is of the init peer, the price of alice', () => {
    const { bench, forgery } = fixedByMallory();
    const request = bench.run('bob', { current: forgery.bytes }).callRequests.get(1);
    const values = request?.arguments[0] as (string | number)[];
    const makers = request?.tetraplets[0]?.map(
      ({ peerId, serviceId }) => `${withNames(peerId)} ${serviceId}`,
    );
    expect(values.map((value, i) => `${value}: ${makers?.[i]}`).toSorted()).toEqual([
      '100: alice s',
      'literal: alice ',
    ]);
    expect(request?.origins[0]?.parts.map(({ kind }) => kind).toSorted()).toEqual(['literal', 'service']);
  });

  it.each<[string, [string, string][]]>([
    ['the literal at alice’s site', [[PRICE_SITE, hashOf('"literal"')]]],
    ['alice’s price at the site of the literal', [[LITERAL_SITE, hashOf('100')]]],
    ['a price of mallory’s at alice’s site', [[PRICE_SITE, hashOf('1')]]],
    ['a literal that is not in the script', [[LITERAL_SITE, hashOf('"forged"')]]],
    ['a price that is equal, in another spelling', [[PRICE_SITE, hashOf('100.0')]]],
  ])('is refused: %s', (_, content) => {
    expectRefused(
      forgeCanon(() => content),
      RetCode.canonForged,
      {
        text: `site \`${content[0]?.[0]}\` put another value there than`,
      },
    );
  });

  it('is refused though the value is in the data', () => {
    const { bench, forgery } = fixedByMallory();
    const record = forgery.record('mallory');
    forgery.dropValue(record.responseHash);
    const responseHash = forgery.addValue(JSON.stringify([[PRICE_SITE, forgery.addValue('1')]]));
    const lie = { ...record, kind: 'call' as const, site: forgery.record('alice').site };
    forgery.sign('mallory', [
      { ...record, responseHash },
      { ...lie, responseHash: hashOf('1') },
    ]);
    const outcome = bench.run('bob', { current: forgery.bytes });
    expectRefused(outcome, RetCode.canonForged, { text: `\`${idOf('mallory')}\`` });
  });
});
