import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import { answeredByAuth, HONEST_POST } from '../support/posting.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    poison: what bob passes on is refused by everybody else, so that the particle ends with him.
// Means:   mallory adds records that she has validly signed and that the script never comes to.
// Refused: by requireAllReached, at the first honest peer, which keeps what it had; so it never passes poison on.
describe('validly signed records that the script does not reach', () => {
  it('honest twin: without them', () => {
    const { bench, forgery } = answeredByAuth();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_POST);
  });

  it.each([
    ['of a site beyond the script', atInstruction(999), 'get_status'],
    ['of a site that is not a call', atInstruction(0), 'get_status'],
    ['of another peer’s call', atInstruction(1), 'get_status'],
    ['of bob’s call', atInstruction(2), 'add_post'],
  ])('are refused: %s', (_, site, functionName) => {
    const { bench, forgery } = answeredByAuth();
    const responseHash = forgery.addValue('1');
    const record = { ...forgery.record('alice'), site, functionName, responseHash };
    forgery.sign('mallory', [record]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordNotReached, {
      text: `at site \`${site.key}\`, where this script has no such call of that peer`,
    });
  });

  it('are refused by a peer that knows the rest, and the honest copy still counts', () => {
    const { bench, forgery } = answeredByAuth();
    const honest = forgery.bytes;
    const record = { ...forgery.record('alice'), site: atInstruction(999) };
    bench.run('carol', { current: honest });
    const known = bench.data('carol');
    forgery.sign('mallory', [record]);
    expectRefused(bench.run('carol', { current: forgery.bytes }), RetCode.recordNotReached, { known });
    expect(bench.deliver('carol', 'bob')).toMatchObject({ retCode: RetCode.success });
    expect(requestsOf(bench.run('bob', { prev: new Uint8Array(0), current: honest }))).toEqual(HONEST_POST);
  });

  it('are refused even if the honest peer is the one whose call they claim to be', () => {
    const bench = new Bench('(seq (call "alice" ("s" "f") [] x) (call "alice" ("s" "g") [x]))');
    bench.run('alice');
    const known = bench.data('alice');
    const forgery = new Forgery(bench, known);
    const { forgery: other } = answeredByAuth();
    const record = { ...other.record('alice'), serviceId: 's', functionName: 'f' };
    forgery.addValue('1');
    forgery.sign('mallory', [{ ...record, responseHash: forgery.addValue('1') }]);
    expectRefused(bench.run('alice', { current: forgery.bytes }), RetCode.recordNotReached, { known });
  });
});
