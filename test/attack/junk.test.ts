import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    data swells on its way, as every peer passes on what it does not understand.
// Means:   a carrier adds values that no instruction uses, states of places that do not exist, names of peers.
// Refused: values by verifyValues; of the rest nothing is carried on (Ledger.conclude).
const SCRIPT = `(seq (call "alice" ("s" "f") [] x) (seq (call "alice" ("s" "log") [x])
  (seq (call "bob" ("s" "got") [x] y) (call "carol" ("s" "got") [y]))))`;

function carried(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '1' } });
  bench.run('alice', { results: { 2: '"a long answer that the script drops"' } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

describe('things in data that no instruction uses', () => {
  it('honest twin: what alice has is what bob passes on', () => {
    const { bench, forgery } = carried();
    const outcome = bench.run('bob', { current: forgery.bytes });
    expect(requestsOf(outcome)).toEqual([['got', [1]]]);
    expect([...new Forgery(bench, outcome.data).data.values.keys()]).toEqual([...forgery.data.values.keys()]);
  });

  it('a value that no record names is refused', () => {
    const { bench, forgery } = carried();
    forgery.addValue('"junk"');
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.valueMismatch, {
      text: /^value `bagaaiera\w+` is named by no record: it was altered or does not belong here$/,
    });
  });

  it.each<[string, (forgery: Forgery) => Forgery]>([
    [
      'the result of a call without output, which a record does name',
      forgery => {
        forgery.addValue('"a long answer that the script drops"');
        return forgery;
      },
    ],
    [
      'states of places that the script does not have',
      forgery =>
        forgery
          .addState({ kind: 'requested', site: atInstruction(99), by: 'nobody' })
          .addState({
            kind: 'pending',
            site: atInstruction(98),
            by: idOf('bob'),
            requestId: 7,
            callHash: '00'.repeat(32),
          })
          .addState({ kind: 'put', site: atInstruction(97), generation: 7 }),
    ],
    [
      'a state beside a record',
      forgery => forgery.addState({ kind: 'requested', site: atInstruction(1), by: idOf('mallory') }),
    ],
  ])('%s: not carried on', (_, add) => {
    const { bench, forgery } = carried();
    const honest = bench.run('bob', { current: forgery.bytes }).data;
    const swollen = add(forgery).bytes;
    const outcome = bench.run('bob', { prev: new Uint8Array(0), current: swollen });
    expect(swollen.length).toBeGreaterThan(carried().forgery.bytes.length);
    expect(outcome.retCode).toBe(RetCode.success);
    expect(outcome.data).toEqual(honest);
  });
});
