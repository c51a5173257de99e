import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    an executing peer answers one call twice: both answers count, or the later one does.
// Means:   mallory signs two records of one site, in one batch or in two, and puts one result into a stream twice.
// Refused: by verifyRecords: a peer speaks once about each site. A record has one place in a stream, its site.
const SCRIPT = `(seq (call "mallory" ("s" "vote") [] $votes)
  (seq (canon "bob" $votes #votes) (call "bob" ("s" "count") [#votes])))`;

function voted(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '"yes"' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe('two answers to one call', () => {
  it('honest twin: one', () => {
    const { bench, forgery } = voted();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['count', [['yes']]]]);
  });

  it.each([
    ['another one, in another batch', '"no"', 2],
    ['another one, in the same batch', '"no"', 1],
    ['the same, in another batch', '"yes"', 2],
    ['the same, in the same batch', '"yes"', 1],
  ])('are refused: %s', (_, answer, batches) => {
    const { bench, forgery } = voted();
    const record = forgery.record('mallory');
    const again = { ...record, responseHash: forgery.addValue(answer) };
    forgery.sign('mallory', batches === 1 ? [[record, again]] : [[record], [again]]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.equivocation, {
      text: 'recorded site `1` twice',
    });
  });

  it('one record is one vote, whatever states say about its place in the stream', () => {
    const { bench, forgery } = voted();
    for (const instruction of [0, 2, 3, 4])
      forgery.addState({ kind: 'put', site: atInstruction(instruction), generation: 0 });
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['count', [['yes']]]]);
  });
});
