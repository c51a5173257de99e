import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery } from '../support/forge.ts';

// Goal:    bob believes that alice's Auth answered `true`.
// Means:   mallory, a carrier with a valid key, writes a record in alice's name.
// Refused: by verifyLogSignature (signed with mallory's key), requireAllReached (in mallory's own log), verifyKey (no key at all).
const SCRIPT = `(seq (call "alice" ("authSrv" "get_status") [] status) (call "bob" ("blogSrv" "add_post") ["hello" status.$.is_admin]))`;

function carried(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT, { init: 'mallory' });
  bench.run('alice');
  bench.run('alice', { results: { 1: '{"is_admin":false}' } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

describe('mallory writes a record in the name of another peer', () => {
  it('honest twin: the record that alice signed counts', () => {
    const { bench, forgery } = carried();
    expect(bench.run('bob', { current: forgery.bytes }).callRequests.get(1)?.arguments).toEqual([
      'hello',
      false,
    ]);
  });

  it('is refused when mallory signs it', () => {
    const { bench, forgery } = carried();
    const responseHash = forgery.dropValues().addValue('{"is_admin":true}');
    forgery.sign('alice', [{ ...forgery.record('alice'), responseHash }], 'mallory');
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.signatureMismatch);
  });

  it('is refused in a log of her own: there it claims that she has run that service', () => {
    const { bench, forgery } = carried();
    const responseHash = forgery.addValue('{"is_admin":true}');
    forgery.sign('mallory', [{ ...forgery.record('alice'), responseHash }]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.recordNotReached);
  });

  it('is refused for a peer id that holds no key', () => {
    const { bench, forgery } = carried();
    forgery.attribute(forgery.log('alice'), '12D3KooW'.padEnd(52, 'x'));
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.keyInvalid);
  });

  it('is refused for a call that this script does not make', () => {
    const { bench, forgery } = carried();
    const responseHash = forgery.addValue('1');
    forgery.sign('mallory', [{ ...forgery.record('alice'), site: atInstruction(999), responseHash }]);
    const outcome = bench.run('bob', { current: forgery.bytes });
    expect(outcome.retCode).toBe(RetCode.recordNotReached);
    expect(outcome.errorMessage).toContain('at site `999`, where this script has no such call of that peer');
  });
});
