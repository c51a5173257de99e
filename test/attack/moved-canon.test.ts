import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    the canon of one stream is taken for that of another: who voted against is counted as for.
// Means:   mallory fixed both; she, or a carrier, gives each record the site, or the content, of the other.
// Refused: a carrier by verifyLogSignature; mallory by recordedItems, as the elements were put into the other stream.
const SCRIPT = `(seq (seq (ap "yes" $for) (ap "no" $against))
  (seq (seq (canon "mallory" $for #for) (canon "mallory" $against #against))
    (call "bob" ("s" "count") [#for #against])))`;

function fixed(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

function swap(forgery: Forgery, by: string): Uint8Array {
  const [first, second] = [forgery.record('mallory', 0), forgery.record('mallory', 1)];
  return forgery.sign(
    'mallory',
    [
      { ...first, site: second.site },
      { ...second, site: first.site },
    ],
    by,
  ).bytes;
}

describe('two canons of one peer change places', () => {
  it('honest twin: each canon of its own stream', () => {
    const { bench, forgery } = fixed();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['count', [['yes'], ['no']]]]);
  });

  it('is refused when mallory signs it', () => {
    const { bench, forgery } = fixed();
    expectRefused(bench.run('bob', { current: swap(forgery, 'mallory') }), RetCode.canonForged, {
      text: 'nothing put an element there at site',
    });
  });

  it('is refused when a carrier does it', () => {
    const { bench, forgery } = fixed();
    expectRefused(bench.run('bob', { current: swap(forgery, 'carol') }), RetCode.signatureMismatch);
  });

  it('is refused for a stream of the same name in another scope', () => {
    const bench = new Bench(`(seq (ap "outer" $s)
      (seq (new $s (seq (ap "inner" $s) (canon "mallory" $s #inner)))
        (seq (canon "mallory" $s #outer) (call "bob" ("s" "got") [#outer]))))`);
    bench.run('mallory');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const honest = forgery.bytes;
    const [inner, outer] = [forgery.record('mallory', 0), forgery.record('mallory', 1)];
    forgery
      .sign('mallory', [inner, { ...outer, responseHash: inner.responseHash }])
      .dropValue(outer.responseHash);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.canonForged);
    expect(requestsOf(bench.run('bob', { current: honest }))).toEqual([['got', [['outer']]]]);
  });
});
