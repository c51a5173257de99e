import { describe, expect, it } from 'vitest';
import { RetCode } from '../../../interpreter/index.ts';
import { Bench } from '../../support/bench.ts';

/** alice has the values in the order a, b; bob, who makes the canons, in the order b, a. */
const SCRIPT = `(seq (par (call "alice" ("s" "a") [] $s) (call "bob" ("s" "b") [] $s))
  (fold $s i (seq (ap i $g) (par (par (canon "bob" $g #g) (call "alice" ("s" "use") [#g])) (next i))) (never)))`;

function joined(): Bench {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '"a"' } });
  bench.run('bob');
  bench.run('bob', { results: { 1: '"b"' } });
  bench.deliver('alice', 'bob');
  return bench;
}

describe('a canon that lists an item of a later iteration of this peer', () => {
  it('is read in the next walk', () => {
    const { callRequests } = joined().deliver('bob', 'alice');
    expect([...callRequests.values()].map(request => request.arguments)).toEqual([[['b', 'a']], [['b']]]);
  });

  it('does not make a result look like one of a call without arguments', () => {
    const bench = joined();
    const { callRequests } = bench.deliver('bob', 'alice');
    const [one, other] = [...callRequests.keys()];
    const results = { [one as number]: '1', [other as number]: '2' };
    expect(bench.run('alice', { results }).retCode).toBe(RetCode.success);
    expect(bench.run('alice', { current: bench.data('alice') }).errorMessage).toBe('');
    expect(bench.deliver('alice', 'bob').retCode).toBe(RetCode.success);
    expect(bench.run('carol', { current: bench.data('alice') }).retCode).toBe(RetCode.success);
  });
});
