import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../../base/bytes.ts';
import { RetCode, sha256, Value } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    bob, who is honest, passes on data that carol must refuse, so that what others have done for her is lost on the way.
// Means:   mallory signs the hash of bytes that are not canonical JSON. bob has no use for them himself, and did not look.
// Refused: by `Ledger.responseOf`: who comes to a record looks into its value, whoever needs it later.
const SCRIPT = `(seq (call "mallory" ("s" "f") [] x)
  (par (call "carol" ("s" "use") [x]) (seq (call "bob" ("s" "g") [] y) (call "carol" ("s" "other") [y]))))`;

function answered(text: string): { bench: Bench; bytes: Uint8Array } {
  const bench = new Bench(SCRIPT, { init: 'mallory' });
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '7' } });
  const forgery = new Forgery(bench, bench.data('mallory'));
  const value = utf8(text);
  const responseHash = toHex(sha256(value));
  forgery.data = { ...forgery.data, values: new Map([[responseHash, Value.ofBytes(value, responseHash)]]) };
  return { bench, bytes: forgery.sign('mallory', [{ ...forgery.record('mallory'), responseHash }]).bytes };
}

describe('a value that another peer cannot read', () => {
  it('honest twin: what bob has taken, carol takes', () => {
    const { bench, bytes } = answered('{"a":1}');
    expect(bench.run('bob', { current: bytes }).retCode).toBe(RetCode.success);
    bench.run('bob', { results: { 1: '"y"' } });
    expect(bench.deliver('bob', 'carol').callRequests.size).toBe(2);
  });

  it.each(['hello', ' 1', '{"b":1,"a":2}', '1e0', '['.repeat(128) + ']'.repeat(128)])(
    'is refused where it arrives first: %s',
    text => {
      const { bench, bytes } = answered(text);
      const outcome = bench.run('bob', { current: bytes });
      expect(outcome.retCode).toBe(RetCode.valueNotFound);
      expect(outcome.data).toHaveLength(0);
    },
  );
});
