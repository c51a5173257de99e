import { describe, expect, it } from 'vitest';
import { RetCode, type CallResult, type Limits } from '../../interpreter/index.ts';
import { forgetAll } from '../../interpreter/forget.ts';
import { Bench } from '../support/bench.ts';
import { RecordReader } from '../support/recorded.ts';

// Goal:    what alice's other services answered is lost, or she passes on what every other peer refuses.
// Means:   a service gives an answer over a limit, beside honest ones, in one run.
// Refused: interpreter/answers.ts: that call fails with a code that the script can catch; the others stand.
const SCRIPT = `
  (seq
    (par (call "alice" ("s" "first") [] a)
      (par (xor (call "alice" ("s" "evil") [] b) (ap :error:.$.message told))
        (call "alice" ("s" "last") [] c)))
    (seq (null) (call "bob" ("s" "see") [a c])))`;

function answered(evil: string, limits: Partial<Limits>) {
  const bench = new Bench(SCRIPT, { limits });
  bench.run('alice');
  const results = { 1: '"first"', 2: evil, 3: '"last"' };
  const outcome = bench.run('alice', { results });
  forgetAll();
  return { outcome, stranger: bench.run('bob', { current: outcome.data }), bench };
}

/** What alice states of each function. */
const recordsOf = (bench: Bench, data: Uint8Array): object =>
  Object.fromEntries(
    new RecordReader()
      .read(bench.air, data, bench.particleSignature)
      .map(({ what, outcome }) => [what.slice('s.'.length), outcome]),
  );

const answer = (size: number): string => JSON.stringify('x'.repeat(size - 2));
const LIMITS = { callResultSizeBytes: 1000 };
/** What the data takes without the answer of the evil service, and the 1 in 64 that answers leave free. */
const ROOM = 4096;

describe('an answer over a limit', () => {
  it('honest twin: an answer at the limit is an answer', () => {
    const { outcome, stranger, bench } = answered(answer(1000), LIMITS);
    expect(outcome.retCode).toBe(RetCode.success);
    expect(recordsOf(bench, outcome.data)).toEqual({ first: 'ok', evil: 'ok', last: 'ok' });
    expect(stranger.callRequests.get(1)?.arguments).toEqual(['first', 'last']);
  });

  it.each([
    ['one unit', answer(1001)],
    ['characters of three bytes', JSON.stringify('€'.repeat(333))],
    ['very much', answer(2_000_000)],
  ])('fails its own call only: over by %s', (_, evil) => {
    const { outcome, stranger, bench } = answered(evil, LIMITS);
    expect(outcome.retCode).toBe(RetCode.success);
    expect(recordsOf(bench, outcome.data)).toEqual({ first: 'ok', evil: 'failed', last: 'ok' });
    expect(stranger.callRequests.get(1)?.arguments).toEqual(['first', 'last']);
  });

  it('an answer that is given as a value, and a failure with a long text, too', () => {
    for (const evil of [
      { retCode: 0, result: 'x'.repeat(999) },
      { retCode: 7, resultJson: 'x'.repeat(1001) },
    ]) {
      const bench = new Bench(SCRIPT, { limits: LIMITS });
      bench.run('alice');
      const outcome = bench.run('alice', { results: { 1: '"first"', 2: evil, 3: '"last"' } });
      expect(recordsOf(bench, outcome.data)).toEqual({ first: 'ok', evil: 'failed', last: 'ok' });
    }
  });

  it('the script can catch it, by its code', () => {
    const bench = new Bench(
      '(xor (call "alice" ("s" "f") [] x) (call "bob" ("s" "see") [:error:.$.message]))',
      {
        limits: LIMITS,
      },
    );
    bench.run('alice');
    const { data, nextPeerIds } = bench.run('alice', { results: { 1: answer(1001) } });
    expect(nextPeerIds).toHaveLength(1);
    expect(bench.run('bob', { current: data }).callRequests.get(1)?.arguments).toEqual([
      "Local service error, ret_code is 2147483646, error message is 'Call result size: 1001 bytes is bigger than the limit allowed: 1000 bytes'",
    ]);
  });
});

describe('answers that do not fit into the data', () => {
  it('the newest fail, those before stand, and a stranger that remembers nothing takes the data', () => {
    const { outcome, stranger, bench } = answered(answer(ROOM), { dataSizeBytes: ROOM });
    expect(outcome.retCode).toBe(RetCode.success);
    expect(outcome.data.length).toBeLessThanOrEqual(ROOM);
    expect(recordsOf(bench, outcome.data)).toEqual({ first: 'ok', evil: 'failed', last: 'ok' });
    expect(stranger.retCode).toBe(RetCode.success);
  });

  it('honest twin: what fits just so stands', () => {
    const size = (evil: string) => answered(evil, {}).outcome.data.length;
    const over = size(answer(600)) - 600;
    // Of 64 parts one stays free.
    const fits = ROOM - ROOM / 64 - over;
    const at = answered(answer(fits), { dataSizeBytes: ROOM });
    expect(at.outcome.data.length).toBe(ROOM - ROOM / 64);
    expect(recordsOf(at.bench, at.outcome.data)).toMatchObject({ evil: 'ok' });
    const above = answered(answer(fits + 1), { dataSizeBytes: ROOM });
    expect(recordsOf(above.bench, above.outcome.data)).toMatchObject({ first: 'ok', evil: 'failed' });
  });

  it('of two that fit alone, and not together, the newer one fails', () => {
    const bench = new Bench('(par (call "alice" ("s" "old") [] a) (call "alice" ("s" "new") [] b))', {
      limits: { dataSizeBytes: ROOM },
    });
    bench.run('alice');
    const answers: [number, CallResult][] = [
      [2, { retCode: 0, resultJson: answer(ROOM / 2 + 1) }],
      [1, { retCode: 0, resultJson: answer(ROOM / 2) }],
    ];
    // By request id, in whatever order the host gives them.
    for (const callResults of [answers, answers.toReversed()]) {
      const { data } = bench.executed({ ...bench.input('alice'), callResults: new Map(callResults) });
      expect(recordsOf(bench, data)).toEqual({ old: 'ok', new: 'failed' });
    }
  });

  it('particles go on: one call after the other fails, each with the code', () => {
    const bench = new Bench(
      '(seq (call "alice" ("s" "l") [] l) (fold l i (seq (xor (call "alice" ("s" "f") [i] x) (null)) (next i))))',
      { limits: { dataSizeBytes: 64 * ROOM } },
    );
    bench.run('alice');
    let outcome = bench.run('alice', { results: { 1: '[1,2,3,4,5]' } });
    for (let id = 2; id <= 6; id++)
      outcome = bench.run('alice', { results: { [id]: answer(20 * ROOM + id) } });
    expect(outcome.retCode).toBe(RetCode.success);
    expect(outcome.data.length).toBeLessThanOrEqual(64 * ROOM);
    const stated = new RecordReader().read(bench.air, outcome.data, bench.particleSignature);
    expect(stated.map(record => record.outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'failed', 'failed']);
    expect(stated.at(-1)?.value).toContain('2147483645');
    forgetAll();
    expect(bench.run('bob', { current: outcome.data }).retCode).toBe(RetCode.success);
  });

  it('two honest sets of data that are too large together: the one that arrives is refused', () => {
    const bench = new Bench(
      '(par (call "alice" ("s" "f") [] x) (par (call "bob" ("s" "g") [] y) (call "bob" ("s" "h") [])))',
      { limits: { dataSizeBytes: ROOM } },
    );
    bench.run('alice');
    bench.deliver('alice', 'bob');
    bench.run('alice', { results: { 1: answer(2200) } });
    bench.run('bob', { results: { 1: answer(2201) } });
    const known = bench.data('alice');
    expect(bench.run('alice', { current: bench.data('bob') })).toMatchObject({
      retCode: RetCode.sizeLimit,
      data: known,
    });
  });
});
