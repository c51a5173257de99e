import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    an executing peer makes another branch of the script happen than the one that its values lead to.
// Means:   mallory signs, in her own name, a result for a call in a branch that is not taken.
// Refused: by requireAllReached; a branch is taken by each peer's own walk, not by who has results for it.
const SCRIPT = `(seq (call "alice" ("s" "paid") [] paid)
  (xor (match paid true (seq (call "mallory" ("s" "ship") [] x) (call "bob" ("s" "bill") [x])))
    (seq (call "mallory" ("s" "cancel") [] x) (call "bob" ("s" "refund") [x]))))`;
const SHIP = 5;

function cancelled(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: 'false' } });
  bench.deliver('alice', 'mallory');
  bench.run('mallory', { results: { 1: '"done"' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe('a result for a branch that is not taken', () => {
  it('honest twin: the branch that is taken', () => {
    const { bench, forgery } = cancelled();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['refund', ['done']]]);
  });

  it.each([
    ['instead of the one that is taken', (forgery: Forgery) => forgery.dropLog('mallory')],
    ['beside it', (forgery: Forgery) => forgery],
  ])('is refused: %s', (_, edit) => {
    const { bench, forgery } = cancelled();
    const record = { ...forgery.record('mallory'), site: atInstruction(SHIP), functionName: 'ship' };
    edit(forgery).append('mallory', [record]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached, {
      text: `recorded \`s.ship\` at site \`${SHIP}\`, where this script has no such call of that peer`,
    });
  });
});
