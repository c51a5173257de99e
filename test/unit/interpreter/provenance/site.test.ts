import { describe, expect, it } from 'vitest';
import { CborReader, CborWriter } from '../../../../interpreter/cbor.ts';
import { readSite, writeSite } from '../../../../interpreter/log/site-codec.ts';
import { Iterations, siteOf, type Site } from '../../../../interpreter/provenance/site.ts';

const bytesOf = (site: Site): Uint8Array => {
  const cbor = new CborWriter();
  writeSite(cbor, site);
  return cbor.finish();
};

describe('a site out of data', () => {
  it.each<[string, Iterations]>([
    ['in no fold', Iterations.none],
    ['at an item of an array', Iterations.none.enter(2, 0)],
    ['at an item of a stream', Iterations.none.enter(2, siteOf(1, Iterations.none).item)],
    ['at the largest item', Iterations.none.enter(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
    [
      'at items of both kinds',
      Iterations.none
        .enter(2, 7)
        .enter(5, siteOf(3, Iterations.none.enter(2, 7)).item)
        .enter(9, 1),
    ],
  ])('is the site that was written: %s', (_, iterations) => {
    const site = siteOf(12, iterations);
    const read = readSite(new CborReader(bytesOf(site)));
    expect(read.key).toBe(site.key);
    expect(read.iterations).toEqual(iterations);
    expect(bytesOf(read)).toEqual(bytesOf(site));
  });
});
