import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { HONEST_SUM, threeBatches } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a history that says nothing takes the place of one that says something, or makes a peer fall over.
// Means:   mallory or a carrier puts in batches without records, and chains without batches.
// Refused: by readChain in trace/codec.ts; there is no root of nothing.
describe('a history of nothing', () => {
  it('honest twin: no history at all is a peer that has said nothing yet', () => {
    const { bench, forgery } = threeBatches();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
    const silent = forgery.setChain('alice', []).dropValues().bytes;
    expect(bench.run('bob', { prev: new Uint8Array(0), current: silent })).toMatchObject({
      retCode: RetCode.success,
      callRequests: new Map(),
    });
  });

  it.each([0, 1, 2])('is refused: batch %i without records', at => {
    const { bench, forgery } = threeBatches();
    forgery.editBatch('alice', at, () => ({ records: [] }));
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.dataMalformed, {
      text: 'current data is malformed: a batch has no record',
    });
  });

  it('is refused: a chain without batches', () => {
    const { bench, forgery } = threeBatches();
    forgery.attribute([], forgery.chain('alice').peerId);
    expectRefused(bench.run('bob', { current: forgery.dropValues().bytes }), RetCode.dataMalformed, {
      text: 'current data is malformed: a chain has no batch',
    });
  });
});
