import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a result of one call passes for that of another: other arguments, other function, other service.
// Means:   mallory signs a record that does not fit the call at its site; a result, or a failure.
// Refused: by checkRecord, when the script comes to that call.
const SCRIPT = `(seq (xor (call "mallory" ("s" "f") ["x"] r) (ap "failed" r)) (call "bob" ("s" "got") [r]))`;

const ANSWERS = {
  result: { retCode: 0, resultJson: '7' },
  failure: { retCode: 1, resultJson: '"no"' },
};

function answered(answer: keyof typeof ANSWERS): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: ANSWERS[answer] } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe.each(['result', 'failure'] as const)('a %s that is not of the call at its site', answer => {
  it('honest twin: the record of this very call counts', () => {
    const { bench, forgery } = answered(answer);
    const given = answer === 'result' ? 7 : 'failed';
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['got', [given]]]);
  });

  it.each([
    ['arguments', { argsHash: '00'.repeat(32) }, 'call argument_hash'],
    ['function', { functionName: 'g' }, 'call tetraplet'],
    ['service', { serviceId: 't' }, 'call tetraplet'],
    ['kind', { kind: 'canon' as const }, 'call tetraplet'],
  ])('is refused: other %s', (_, change, text) => {
    const { bench, forgery } = answered(answer);
    forgery.sign('mallory', [{ ...forgery.record('mallory'), ...change }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.parametersMismatch, {
      text: `${text} doesn't match expected parameters`,
    });
  });

  it('is refused: for arguments that bob does not know yet', () => {
    const bench = new Bench(
      '(par (call "alice" ("s" "later") [] x) (seq (call "mallory" ("s" "f") [x] r) (call "bob" ("s" "got") [r])))',
    );
    const early = new Forgery(bench, new Uint8Array(0));
    const responseHash = early.addValue('7');
    const record = { ...answered(answer).forgery.record('mallory'), site: atInstruction(3), responseHash };
    early.sign('mallory', [record]);
    expectRefused(bench.run('bob', { current: early.bytes }), RetCode.parametersMismatch, {
      text: 'expected arguments that are known',
    });
  });
});
