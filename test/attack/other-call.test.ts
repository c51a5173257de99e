import { describe, expect, it } from 'vitest';
import { RetCode, sha256, Value } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    a result of one call passes for that of another: other arguments, other function, other service.
// Means:   mallory signs a record that does not fit the call at its site; or runs another script under the same particle.
// Refused: by checkRecord, when the script comes to that call.
const SCRIPT = `(seq (call "mallory" ("s" "f") ["x"] r) (call "bob" ("s" "got") [r]))`;

function answered(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '7' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

describe('a record does not fit the call at its site', () => {
  it('honest twin: the record of this very call counts', () => {
    const { bench, forgery } = answered();
    expect(bench.run('bob', { current: forgery.bytes }).callRequests.get(1)?.arguments).toEqual([7]);
  });

  it.each([
    ['arguments', { argsHash: '00'.repeat(32) }, 'call argument_hash'],
    ['function', { functionName: 'g' }, 'call tetraplet'],
    ['service', { serviceId: 't' }, 'call tetraplet'],
    ['kind', { kind: 'canon' as const }, 'call tetraplet'],
  ])('is refused: other %s', (_, change, text) => {
    const { bench, forgery } = answered();
    forgery.sign('mallory', [[{ ...forgery.record('mallory'), ...change }]]);
    const outcome = bench.run('bob', { current: forgery.bytes });
    expect(outcome.retCode).toBe(RetCode.parametersMismatch);
    expect(outcome.errorMessage).toContain(`${text} doesn't match expected parameters`);
  });

  it('is refused: the value is left out', () => {
    const { bench, forgery } = answered();
    expect(bench.run('bob', { current: forgery.dropValues().bytes }).retCode).toBe(RetCode.valueNotFound);
  });

  it('is refused: a failure that is no failure', () => {
    const { bench, forgery } = answered();
    forgery.sign('mallory', [[{ ...forgery.record('mallory'), outcome: 'failed' as const }]]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.malformedFailure);
  });

  it('is refused: a result that is no canonical JSON', () => {
    const { bench, forgery } = answered();
    const bytes = Buffer.from('{"b":1, "a":2}');
    const hash = Buffer.from(sha256(new Uint8Array(bytes))).toString('hex');
    forgery.dropValues();
    forgery.data = { ...forgery.data, values: new Map([[hash, Value.ofBytes(new Uint8Array(bytes), hash)]]) };
    forgery.sign('mallory', [[{ ...forgery.record('mallory'), responseHash: hash }]]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.valueNotFound);
  });
});
