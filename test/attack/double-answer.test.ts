import { describe, expect, it } from 'vitest';
import { exportEquivocation, RetCode, verifyEquivocation } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';
import { SignedBench } from '../support/signed-bench.ts';

// Goal:    an executing peer answers one call twice: both answers count, or the later one does.
// Means:   mallory signs two records of one site in one log, and puts one result into a stream twice.
// Refused: by verifyOnce: a peer speaks once about each site. A record has one place in a stream, its site.
const SCRIPT = `(seq (call "mallory" ("s" "vote") [] $votes)
  (seq (canon "bob" $votes #votes) (call "bob" ("s" "count") [#votes])))`;

function voted(): { bench: SignedBench; forgery: Forgery } {
  const bench = new SignedBench(SCRIPT);
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
    ['another one', '"no"'],
    ['the same', '"yes"'],
  ])('are refused: %s', (_, answer) => {
    const { bench, forgery } = voted();
    const record = forgery.record('mallory');
    const again = { ...record, responseHash: forgery.addValue(answer) };
    forgery.sign('mallory', [record, again]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.equivocation, {
      text: 'recorded site `1` twice',
    });
    const evidence = exportEquivocation([forgery.bytes], bench.particle);
    expect(verifyEquivocation(evidence!)).toMatchObject({
      peerId: idOf('mallory'),
      conflict: 'site',
      statements: [{ index: 0 }, { index: 1 }],
    });
  });

  it('are refused after a log that states it once, by a peer that knows that log', () => {
    const { bench, forgery } = voted();
    bench.run('bob', { current: forgery.bytes });
    const known = bench.data('bob');
    forgery.append('mallory', [{ ...forgery.record('mallory'), responseHash: forgery.addValue('"no"') }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.equivocation, { known });
  });

  it('one record is one vote, whatever states say about its place in the stream', () => {
    const { bench, forgery } = voted();
    for (const instruction of [0, 2, 3, 4])
      forgery.addState({ kind: 'put', site: atInstruction(instruction), generation: 0 });
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['count', [['yes']]]]);
  });
});
