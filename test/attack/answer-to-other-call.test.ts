import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    bob, who is honest, signs that he has checked "good", which he has never seen.
// Means:   a script that gives the call other arguments, or another name, between bob's question to his service and its answer.
// Refused: by `perform` (interpreter/executor/instructions/call.ts): an answer counts for the call that was asked only.
// Inside a fold a variable may be set again, and it is, as soon as mallory's answer arrives.
const script = (call: string): string => `(seq (call "bob" ("s" "list") [] list)
  (fold list i (seq (par (ap "bad" x) (call "mallory" ("s" "f") [] x))
    (seq ${call} (call "carol" ("s" "act") [ok])))))`;
const OTHER_ARGUMENT = script('(call "bob" ("auth" "check") [x] ok)');
const OTHER_FUNCTION = script('(call "bob" ("auth" x) [] ok)');

/** bob has asked his service; mallory's answer is on its way to him. */
function asked(text: string): Bench {
  const bench = new Bench(text, { init: 'mallory' });
  bench.run('bob');
  bench.run('bob', { results: { 1: '[1]' } });
  bench.deliver('bob', 'mallory');
  bench.run('mallory', { results: { 1: '"good"' } });
  return bench;
}

const requests = ({ callRequests }: ReturnType<Bench['run']>) =>
  [...callRequests].map(([id, { functionName, argumentsJson }]) => [id, functionName, argumentsJson]);

describe('a call gets other arguments while its answer is on the way', () => {
  it('honest twin: the answer arrives first, and is recorded for its own request', () => {
    const bench = asked(OTHER_ARGUMENT);
    expect(bench.run('bob', { results: { 2: 'true' } }).retCode).toBe(RetCode.success);
    expect(requests(bench.deliver('bob', 'carol'))).toEqual([[1, 'act', '[true]']]);
  });

  it.each([
    ['argument', OTHER_ARGUMENT, ['check', '["good"]']],
    ['function', OTHER_FUNCTION, ['good', '[]']],
  ])('another %s: the service is called again, and the first answer is dropped', (_, text, call) => {
    const bench = asked(text);
    expect(requests(bench.deliver('mallory', 'bob'))).toEqual([[3, ...call]]);
    const late = bench.run('bob', { results: { 2: 'true' } });
    expect(late.retCode).toBe(RetCode.unprocessedCallResults);
    expect(new Forgery(bench, late.data).log('bob').records).toHaveLength(1);
    expect(bench.run('bob', { results: { 3: 'false' } }).retCode).toBe(RetCode.success);
    expect(requests(bench.deliver('bob', 'carol'))).toEqual([[1, 'act', '[false]']]);
  });

  it('both at once: the answer is not taken either', () => {
    const bench = asked(OTHER_ARGUMENT);
    const both = bench.run('bob', { current: bench.data('mallory'), results: { 2: 'true' } });
    expect(both.retCode).toBe(RetCode.unprocessedCallResults);
    expect(requests(both)).toEqual([[3, 'check', '["good"]']]);
  });
});
