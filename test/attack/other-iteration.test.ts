import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery, inFold } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a result counts in another iteration than the one it was made in, or in two.
// Means:   mallory, who made it, signs it for another item of the fold, or for an item that does not exist.
// Refused: by requireAllReached (no such item), checkRecord (other arguments there), verifyRecords (an item twice).
const SCRIPT = `(seq (call "alice" ("s" "list") [] items)
  (seq (fold items i (seq (call "mallory" ("s" "price") [i] $prices) (next i)))
    (seq (canon "bob" $prices #prices) (call "bob" ("s" "buy") [#prices]))))`;
const FOLD = 3;
const PRICE = 5;

function priced(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '["a","b"]' } });
  bench.deliver('alice', 'mallory');
  bench.run('mallory', { results: { 1: '10' } });
  bench.run('mallory', { results: { 2: '20' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe('a result in another iteration', () => {
  it('honest twin: each in its own', () => {
    const { bench, forgery } = priced();
    expect(forgery.record('mallory', 1).site.key).toBe(inFold(PRICE, FOLD, 1).key);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['buy', [[10, 20]]]]);
  });

  it('is refused: for an item that does not exist', () => {
    const { bench, forgery } = priced();
    forgery.append('mallory', [{ ...forgery.record('mallory', 1), site: inFold(PRICE, FOLD, 7) }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached, {
      text: `recorded \`s.price\` at site \`${PRICE}/${FOLD}:7\``,
    });
  });

  it('is refused: for an item with other arguments', () => {
    const { bench, forgery } = priced();
    const [first, second] = [forgery.record('mallory', 0), forgery.record('mallory', 1)];
    forgery.sign('mallory', [
      { ...first, site: second.site },
      { ...second, site: first.site },
    ]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.parametersMismatch, {
      text: 'call argument_hash',
    });
  });

  it('is refused: for one item twice', () => {
    const { bench, forgery } = priced();
    const responseHash = forgery.addValue('5');
    forgery.append('mallory', [{ ...forgery.record('mallory', 0), responseHash }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.equivocation, {
      text: `recorded site \`${PRICE}/${FOLD}:0\` twice`,
    });
  });

  it('is refused: outside the fold', () => {
    const { bench, forgery } = priced();
    forgery.append('mallory', [{ ...forgery.record('mallory', 1), site: atInstruction(PRICE) }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached);
  });
});
