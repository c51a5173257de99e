import { describe, expect, it } from 'vitest';
import { RetCode, type Outcome } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';

// Goal:    bob's peer throws, hangs, swells, or acts on what nobody said.
// Means:   any bytes as data; more of them by chance in test/fuzz.
// Refused: by the decoder, the verifier and the limits, each with a code.
const SCRIPT = `(seq (call "alice" ("s" "list") [] list)
  (seq (fold list i (par (ap i $s) (next i)))
    (seq (canon "alice" $s #s) (call "bob" ("s" "sum") [#s list.$.[0]]))))`;

function carried(): { bench: Bench; data: Uint8Array } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '[1,2,3]' } });
  return { bench, data: bench.data('alice') };
}

/** What bob would do. */
const acts = ({ callRequests }: Outcome): string =>
  JSON.stringify([...callRequests.values()].map(request => request.arguments));

describe('hostile bytes', () => {
  it('honest twin: bob acts on what alice carried', () => {
    const { bench, data } = carried();
    expect(acts(bench.run('bob', { current: data }))).toBe('[[[1,2,3],1]]');
  });

  it('as claims of size: refused before anything is allocated', () => {
    const { bench } = carried();
    for (const head of [0x9b, 0xbb, 0x5b, 0x7b, 0xdb]) {
      const bytes = Uint8Array.of(head, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff);
      expect(bench.run('bob', { current: bytes }).retCode).toBe(RetCode.dataMalformed);
      expect(bench.run('bob', { current: Uint8Array.of(0x86, 2, 0, 0x80, ...bytes) }).retCode).toBe(
        RetCode.dataMalformed,
      );
    }
  });
});
