import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery, sealedOf } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    alice is said to have given an answer more than she has given: to bob, or to herself.
// Means:   mallory appends a result in alice's name, to a variable or a stream; the call is one that alice has yet to make.
// Refused: by verifyLogSignature, whoever has signed the longer log.
const script = (output: string): string => `(seq (call "alice" ("s" "one") [] ${output})
  (seq (call "alice" ("s" "two") [] ${output === 'x' ? 'y' : output}) (call "bob" ("s" "got") [1])))`;

function answeredOnce(output: string): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(script(output), { init: 'mallory' });
  bench.run('alice');
  bench.run('alice', { results: { 1: '1' } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

describe.each(['x', '$s'])('a result that alice did not give, into `%s`', output => {
  it('honest twin: alice gives it, and bob continues', () => {
    const { bench, forgery } = answeredOnce(output);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([]);
    bench.run('alice', { results: { 2: '2' } });
    expect(requestsOf(bench.deliver('alice', 'bob'))).toEqual([['got', [1]]]);
  });

  it.each(['bob', 'alice'])('is refused by %s, in a log that mallory signs', victim => {
    const { bench, forgery } = answeredOnce(output);
    const responseHash = forgery.addValue('2');
    const record = { ...forgery.record('alice'), functionName: 'two', site: atInstruction(3), responseHash };
    forgery.append('alice', [record], 'mallory');
    const known = bench.data(victim);
    expectRefused(bench.run(victim, { current: forgery.bytes }), RetCode.signatureMismatch, {
      known,
      text: 'does not cover its log of length 2',
    });
  });

  it.each(['bob', 'alice'])('is refused by %s, under the signature that alice has made', victim => {
    const { bench, forgery } = answeredOnce(output);
    const responseHash = forgery.addValue('2');
    const record = { ...forgery.record('alice'), functionName: 'two', site: atInstruction(3), responseHash };
    forgery.editLog('alice', ({ records }) => ({ records: [...records, sealedOf(record)] }));
    const known = bench.data(victim);
    expectRefused(bench.run(victim, { current: forgery.bytes }), RetCode.signatureMismatch, { known });
  });
});
