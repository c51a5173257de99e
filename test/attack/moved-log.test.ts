import { describe, expect, it } from 'vitest';
import { RetCode, type RecordLog } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    what carol has answered counts as alice's answer, or her log as a part of alice's.
// Means:   a carrier puts carol's log, validly signed, under alice's id, or her records behind alice's.
// Refused: by verifyLogSignature: the signer's id is in the head.
const SCRIPT = `(seq (call "alice" ("s" "f") [] a) (seq (call "carol" ("s" "f") [] c) (call "bob" ("s" "got") [a c])))`;

function answered(): { bench: Bench; forgery: Forgery; alices: RecordLog; carols: RecordLog } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '1' } });
  bench.deliver('alice', 'carol');
  bench.run('carol', { results: { 1: '2' } });
  const forgery = new Forgery(bench, bench.data('carol'));
  return { bench, forgery, alices: forgery.log('alice'), carols: forgery.log('carol') };
}

describe('a log in the name of another peer', () => {
  it('honest twin: each in its own', () => {
    const { bench, forgery } = answered();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['got', [1, 2]]]);
  });

  it('is refused in place of hers', () => {
    const { bench, forgery, carols } = answered();
    forgery.setLog('alice', carols);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch, {
      text: `signature of \`${idOf('alice')}\` does not cover its log of length 1`,
    });
  });

  it.each(['alice', 'carol'])('is refused behind hers, under the signature of %s', name => {
    const { bench, forgery, alices, carols } = answered();
    const { signature } = forgery.log(name);
    forgery.setLog('alice', { records: [...alices.records, ...carols.records], signature });
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it('is refused with logs that have changed owners', () => {
    const { bench, forgery, alices, carols } = answered();
    forgery.setLog('alice', carols).setLog('carol', alices);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it('is refused though carol herself signs it for alice', () => {
    const { bench, forgery } = answered();
    forgery.sign('alice', [{ ...forgery.record('carol'), site: forgery.record('alice').site }], 'carol');
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it('is refused where carol copies alice’s statement into her own log', () => {
    const { bench, forgery, alices } = answered();
    forgery.sign('carol', [alices.records[0]!.record, forgery.record('carol')]).dropLog('alice');
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached, {
      text: `\`${idOf('carol')}\` recorded \`s.f\` at site \`1\`, where this script has no such call of that peer`,
    });
  });
});
