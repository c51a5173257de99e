import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob takes a call for done without the result that it had, or goes on without it.
// Means:   the carrier leaves a value out of the data, and leaves the record that names it.
// Refused: by Ledger.responseOf, as soon as the script comes to the record; so nobody passes on what is incomplete.
const SCRIPT = `(seq (call "alice" ("s" "one") [] x)
  (seq (call "alice" ("s" "log") [x])
    (seq (xor (call "alice" ("s" "fails") [] y) (null))
      (seq (ap x $s) (seq (canon "alice" $s #s) (call "bob" ("s" "got") [#s]))))))`;

function carried(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '7' } });
  bench.run('alice', { results: { 2: '"dropped"' } });
  bench.run('alice', { results: { 3: { retCode: 1, resultJson: '"no"' } } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

describe('a carrier leaves out a value', () => {
  it('honest twin: all values that the script uses are there', () => {
    const { bench, forgery } = carried();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['got', [[7]]]]);
  });

  it('honest twin: the result of a call without output is not needed, and in no data', () => {
    const { forgery } = carried();
    expect(forgery.record('alice', 1).functionName).toBe('log');
    expect(forgery.data.values.has(forgery.record('alice', 1).responseHash)).toBe(false);
  });

  it.each([
    ['a result', 0],
    ['a failure', 2],
    ['the content of a canon', 3],
  ])('is refused: %s', (_, index) => {
    const { bench, forgery } = carried();
    const { responseHash } = forgery.record('alice', index);
    expect(forgery.data.values.has(responseHash)).toBe(true);
    expectRefused(
      bench.run('bob', { current: forgery.dropValue(responseHash).bytes }),
      RetCode.valueNotFound,
      {
        text: /^value for CID `bagaaiera\w+` not found$/,
      },
    );
  });
});
