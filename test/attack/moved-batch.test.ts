import { describe, expect, it } from 'vitest';
import { RetCode, type RecordBatch } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    what carol has answered counts as alice's answer, or her history as a part of alice's.
// Means:   a carrier moves carol's batch, validly signed, into alice's chain, or her chain under alice's id.
// Refused: by verifySignatures: the signer's id is in the head; by verifyChainLinks behind another batch.
const SCRIPT = `(seq (call "alice" ("s" "f") [] a) (seq (call "carol" ("s" "f") [] c) (call "bob" ("s" "got") [a c])))`;

function answered(): { bench: Bench; forgery: Forgery; alices: RecordBatch; carols: RecordBatch } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '1' } });
  bench.deliver('alice', 'carol');
  bench.run('carol', { results: { 1: '2' } });
  const forgery = new Forgery(bench, bench.data('carol'));
  const [alices, carols] = ['alice', 'carol'].map(name => forgery.chain(name).batches[0] as RecordBatch);
  return { bench, forgery, alices: alices!, carols: carols! };
}

describe('a batch in the chain of another peer', () => {
  it('honest twin: each in its own', () => {
    const { bench, forgery } = answered();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['got', [1, 2]]]);
  });

  it('is refused in place of hers', () => {
    const { bench, forgery, carols } = answered();
    forgery.setChain('alice', [carols]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch, {
      text: `signature of \`${idOf('alice')}\` does not cover batch 0`,
    });
  });

  it('is refused behind hers', () => {
    const { bench, forgery, alices, carols } = answered();
    forgery.setChain('alice', [alices, carols]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.chainBroken);
  });

  it('is refused behind hers, with the link mended', () => {
    const { bench, forgery, alices, carols } = answered();
    forgery.setChain('alice', [alices, { ...carols, previous: alices.head }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it('is refused with chains that have changed owners', () => {
    const { bench, forgery, alices, carols } = answered();
    forgery.setChain('alice', [carols]).setChain('carol', [alices]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it('is refused though carol herself signs it for alice', () => {
    const { bench, forgery, alices } = answered();
    forgery.sign('alice', [[{ ...forgery.record('carol'), site: forgery.record('alice').site }]], 'carol');
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
    forgery.sign('carol', [[alices.records[0]!.record]]).setChain('alice', []);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordOfOtherPeer, {
      text: `\`${idOf('carol')}\` signed a record in the name of`,
    });
  });
});
