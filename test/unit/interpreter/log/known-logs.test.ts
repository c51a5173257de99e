import { describe, expect, it } from 'vitest';
import { decodeData, RetCode, type RecordLog } from '../../../../interpreter/index.ts';
import { Bench } from '../../../support/bench.ts';
import { idOf } from '../../../support/cast.ts';
import { Forgery } from '../../../support/forge.ts';

const SCRIPT =
  '(seq (call "bob" ("s" "f") [] x) (seq (call "bob" ("s" "g") [x] y) (call "carol" ("s" "use") [y])))';

/** Bob has recorded twice, which carol's peer has verified. */
function verified(particleId: string): { bench: Bench; older: Uint8Array; data: Uint8Array } {
  const bench = new Bench(SCRIPT, { particleId });
  bench.run('bob');
  const older = bench.run('bob', { results: { 1: '1' } }).data;
  bench.run('bob', { results: { 2: '2' } });
  expect(bench.deliver('bob', 'carol').callRequests.size).toBe(1);
  return { bench, older, data: bench.data('bob') };
}

const logOf = (bench: Bench, data: Uint8Array): RecordLog =>
  decodeData(data, bench.particleSignature, 'test').logs.get(idOf('bob')) as RecordLog;

/** Nothing is known of the particle but what the process remembers. */
const fresh = { prev: new Uint8Array(0) };

describe('logs that were verified before', () => {
  it('give their records to logs that share a beginning', () => {
    const { bench, older, data } = verified('known-1');
    const [once, again, begin] = [
      logOf(bench, data),
      logOf(bench, Uint8Array.from(data)),
      logOf(bench, older),
    ];
    expect([once.count, begin.count]).toEqual([2, 1]);
    expect(again.at(0)).toBe(once.at(0));
    expect(again.at(1)).toBe(once.at(1));
    expect(begin.at(0)).toBe(once.at(0));
  });

  it('hold no bytes that their bringer can change', () => {
    const { bench, data } = verified('known-2');
    const log = logOf(bench, data);
    const [record, signature] = [Uint8Array.from(log.at(0).bytes), Uint8Array.from(log.signature)];
    data.fill(0);
    expect([log.at(0).bytes, log.signature]).toEqual([record, signature]);
  });

  it.each([0, 1])('do not lend their verdict to another signature over the same records: of %i', missing => {
    const { bench, older, data } = verified(`known-3-${missing}`);
    const forgery = new Forgery(bench, missing === 0 ? data : older);
    forgery.editLog('bob', ({ signature }) => ({ signature: signature.with(0, signature[0]! ^ 1) }));
    const outcome = bench.run('carol', { ...fresh, current: forgery.bytes });
    expect(outcome.retCode).toBe(RetCode.signatureMismatch);
  });

  it('do not lend it to fewer records under the same signature', () => {
    const { bench, data } = verified('known-4');
    const forgery = new Forgery(bench, data);
    forgery.editLog('bob', ({ records }) => ({ records: records.slice(0, 1) })).dropValues();
    expect(bench.run('carol', { ...fresh, current: forgery.bytes }).retCode).toBe(RetCode.signatureMismatch);
  });

  it('do not lend it to the same records in another particle', () => {
    const { bench, data } = verified('known-5');
    const log = new Forgery(bench, data).log('bob');
    const other = new Bench(SCRIPT, { particleId: 'known-6' });
    const forgery = new Forgery(other, new Uint8Array(0)).setLog('bob', log);
    expect(other.run('carol', { current: forgery.bytes }).retCode).toBe(RetCode.signatureMismatch);
  });

  it('are what they were after a longer one was refused, however often', () => {
    const { bench, data } = verified('known-7');
    const forgery = new Forgery(bench, data);
    forgery.editLog('bob', ({ records }) => ({ records: [...records, records[0]!] }));
    for (let i = 0; i < 3; i++) {
      const outcome = bench.run('carol', { ...fresh, current: Uint8Array.from(forgery.bytes) });
      expect(outcome.retCode).toBe(RetCode.signatureMismatch);
    }
    expect(logOf(bench, data).repeat).toBeUndefined();
    expect(bench.run('carol', { ...fresh, current: data }).callRequests.size).toBe(1);
  });
});
