import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { atInstruction, Forgery, inFold } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob's peer allocates without end, counts over, or answers under ids that mallory has chosen.
// Means:   the largest numbers that fit, as generations, request ids, sites and items; and larger ones.
// Refused: by the bounds of trace/codec.ts; below them nothing is allocated by number (collections/stream.ts).
const SCRIPT = `(seq (seq (call "alice" ("s" "f") [] $s) (ap "x" $s))
  (seq (canon "bob" $s #s) (call "bob" ("s" "got") [#s])))`;
const UINT32_MAX = 0xffff_ffff;

function carried(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '1' } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

/** Every value of the stream in this generation. */
const inGeneration = (forgery: Forgery, generation: number): Forgery => {
  for (const state of forgery.data.states.values())
    if (state.kind === 'put') forgery.addState({ ...state, generation });
  return forgery;
};

describe('numbers out of data', () => {
  it('honest twin: those of alice', () => {
    const { bench, forgery } = carried();
    const outcome = bench.run('bob', { current: forgery.bytes });
    expect(requestsOf(outcome)).toEqual([['got', [[1, 'x']]]]);
    expect([...outcome.callRequests.keys()]).toEqual([1]);
  });

  it.each([2 ** 31, UINT32_MAX])('a generation of %i costs nothing, and is renumbered', generation => {
    const { bench, forgery } = carried();
    const outcome = bench.run('bob', { current: inGeneration(forgery, generation).bytes });
    expect(requestsOf(outcome)).toEqual([['got', [[1, 'x']]]]);
    const { states } = new Forgery(bench, outcome.data).data;
    const generations = [...states.values()].flatMap(state => (state.kind === 'put' ? state.generation : []));
    expect(generations).toEqual([0, 0]);
  });

  it('a last request id of 2^32 − 1 is alice’s business: bob begins at 1', () => {
    const { bench, forgery } = carried();
    forgery.data = { ...forgery.data, lastRequestId: UINT32_MAX };
    expect([...bench.run('bob', { current: forgery.bytes }).callRequests.keys()]).toEqual([1]);
  });

  it.each([
    ['generations', (forgery: Forgery) => inGeneration(forgery, UINT32_MAX + 1)],
    [
      'request ids',
      (forgery: Forgery) =>
        forgery.addState({
          kind: 'pending',
          site: atInstruction(9),
          by: idOf('bob'),
          requestId: UINT32_MAX + 1,
          callHash: '00'.repeat(32),
        }),
    ],
    [
      'last request ids',
      (forgery: Forgery) => {
        forgery.data = { ...forgery.data, lastRequestId: UINT32_MAX + 1 };
        return forgery;
      },
    ],
    [
      'sites',
      (forgery: Forgery) => forgery.addState({ kind: 'put', site: atInstruction(2 ** 53), generation: 0 }),
    ],
    [
      'items',
      (forgery: Forgery) => forgery.addState({ kind: 'put', site: inFold(1, 2, 2 ** 53), generation: 0 }),
    ],
  ])('larger %s are refused', (_, edit) => {
    const { bench, forgery } = carried();
    expectRefused(bench.run('bob', { current: edit(forgery).bytes }), RetCode.dataMalformed);
  });

  it('a site with the largest instruction, folds and items is never reached', () => {
    const { bench, forgery } = carried();
    const most = Number.MAX_SAFE_INTEGER;
    forgery.append('alice', [{ ...forgery.record('alice'), site: inFold(most, most, most) }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached, {
      text: `at site \`${most}/${most}:${most}\``,
    });
  });
});
