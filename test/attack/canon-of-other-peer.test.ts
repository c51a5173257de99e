import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    mallory fixes a stream though the script lets alice do it.
// Means:   her canon at alice's place: in her own log, in alice's, or as the result of a call.
// Refused: by requireAllReached or verifyLogSignature, and by recordedItems where it is not a canon.
const SCRIPT = `(seq (seq (ap 1 $s) (ap 2 $s))
  (seq (canon "alice" $s #s) (seq (call "mallory" ("s" "f") [] x) (call "bob" ("s" "got") [#s]))))`;

function fixed(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.deliver('alice', 'mallory');
  bench.run('mallory', { results: { 1: '0' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe('a canon of another peer than the one in the script', () => {
  it('honest twin: alice’s', () => {
    const { bench, forgery } = fixed();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['got', [[1, 2]]]]);
  });

  it('is refused in mallory’s name', () => {
    const { bench, forgery } = fixed();
    const canon = forgery.record('alice');
    forgery.append('mallory', [canon]).dropLog('alice');
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached);
  });

  it('is refused in alice’s name, signed by mallory', () => {
    const { bench, forgery } = fixed();
    forgery.sign('alice', [forgery.record('alice')], 'mallory');
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.signatureMismatch);
  });

  it('is refused in mallory’s log, beside alice’s own', () => {
    const { bench, forgery } = fixed();
    forgery.append('mallory', [forgery.record('alice')]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached);
  });

  it('is refused as the result of a call, though alice signs it', () => {
    const { bench, forgery } = fixed();
    const canon = forgery.record('alice');
    forgery.sign('alice', [{ ...canon, kind: 'call', serviceId: 's', functionName: 'f' }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.parametersMismatch, {
      text: "canon tetraplet doesn't match expected parameters: expected a canon, got a record of `s.f`",
    });
  });
});
