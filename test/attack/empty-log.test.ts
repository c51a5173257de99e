import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { HONEST_SUM, threeRuns } from '../support/history.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a log that says nothing takes the place of one that says something, or makes a peer fall over.
// Means:   mallory or a carrier puts in a log without records, or two logs of one peer.
// Refused: by readLog in log/codec.ts and readLogs in trace; there is no root of nothing.
describe('a log of nothing', () => {
  it('honest twin: a peer without records has no log', () => {
    const { bench, forgery } = threeRuns();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_SUM);
    const silent = forgery.dropLog('alice').dropValues().bytes;
    expect(bench.run('bob', { prev: new Uint8Array(0), current: silent })).toMatchObject({
      retCode: RetCode.success,
      callRequests: new Map(),
    });
  });

  it('is refused: a log without records', () => {
    const { bench, forgery } = threeRuns();
    forgery.editLog('alice', () => ({ records: [] }));
    expectRefused(bench.run('bob', { current: forgery.dropValues().bytes }), RetCode.dataMalformed, {
      text: 'current data is malformed: a log has no record',
    });
  });

  it('is refused: two logs of one peer, the second one empty of news', () => {
    const { bench, forgery, older } = threeRuns();
    const twice = new Map(forgery.data.logs).set('again', older[0]!.log('alice'));
    forgery.data = { ...forgery.data, logs: twice };
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.dataMalformed, {
      text: 'has two logs',
    });
  });
});
