import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    bob takes Auth's old answer `true` for its answer now.
// Means:   the carrier puts Auth's records and values of another particle into this one's data.
// Refused: by verifyLogSignature, as the head under the signature holds the signature of the other particle.
const SCRIPT = `(seq (call "alice" ("authSrv" "get_status") [] status) (call "bob" ("blogSrv" "add_post") ["hello" status.$.is_admin]))`;

function answered(particleId: string, answer: string): Bench {
  const bench = new Bench(SCRIPT, { particleId });
  bench.run('alice');
  bench.run('alice', { results: { 1: answer } });
  return bench;
}

describe('a carrier splices in the answer of another particle', () => {
  it('honest twin: the answer of this particle counts', () => {
    const now = answered('now', '{"is_admin":false}');
    expect(now.run('bob', { current: now.data('alice') }).callRequests.get(1)?.arguments).toEqual([
      'hello',
      false,
    ]);
  });

  it('is refused', () => {
    const before = answered('before', '{"is_admin":true}');
    const now = answered('now', '{"is_admin":false}');
    expect(now.run('bob', { current: before.data('alice') })).toMatchObject({
      retCode: RetCode.signatureMismatch,
      callRequests: new Map(),
    });
  });

  it('is refused when the heads are computed again', () => {
    const before = answered('before', '{"is_admin":true}');
    const now = answered('now', '{"is_admin":false}');
    const old = new Forgery(before, before.data('alice'));
    const forged = new Forgery(now, now.data('alice'));
    const { data } = new Forgery(now, new Forgery(now, now.data('alice')).bytes);
    forged.data = { ...data, values: old.data.values };
    forged.setLog('alice', old.log('alice'));
    expect(now.run('bob', { current: forged.bytes }).retCode).toBe(RetCode.signatureMismatch);
  });
});
