import { describe, expect, it } from 'vitest';
import { RetCode, type Outcome } from '../../interpreter/index.ts';
import { seededRandom } from '../../peer/index.ts';
import { Bench } from '../support/bench.ts';

// Goal:    bob's peer throws, hangs, swells, or acts on what nobody said.
// Means:   any bytes as data.
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

const CASES = Number(
  process.env['BERYL_COUNT'] ?? (process.env['BERYL_LONG'] === undefined ? 3000 : 1_000_000),
);
const SEED = Number(process.env['BERYL_SEED'] ?? 1);

describe('hostile bytes', () => {
  it('honest twin: bob acts on what alice carried', () => {
    const { bench, data } = carried();
    expect(acts(bench.run('bob', { current: data }))).toBe('[[[1,2,3],1]]');
  });

  it(`as data: ${CASES} mutations from seed ${SEED} give a code, or the honest effect, or none`, () => {
    const { bench, data } = carried();
    const random = seededRandom(SEED);
    const below = (count: number): number => Math.floor(random.next() * count);
    const codes = new Set<number>();
    for (let i = 0; i < CASES; i++) {
      const bytes = [...data];
      for (let n = 1 + below(3); n > 0; n--) {
        const at = below(bytes.length);
        const edit = below(5);
        if (edit === 0) bytes[at] = below(256);
        else if (edit === 1) bytes.splice(at, 1 + below(8));
        else if (edit === 2) bytes.splice(at, 0, ...Array.from({ length: 1 + below(8) }, () => below(256)));
        else if (edit === 3) bytes.copyWithin(at, below(bytes.length), below(bytes.length));
        else bytes.length = at;
      }
      const outcome = bench.run('bob', { prev: new Uint8Array(0), current: Uint8Array.from(bytes) });
      codes.add(outcome.retCode);
      if (outcome.retCode === 0)
        expect(['[]', '[[[1,2,3],1]]', '[[[2,1,3],1]]', '[[[3,1,2],1]]'], `case ${i}`).toContain(
          acts(outcome),
        );
    }
    expect(
      [...codes].every(code => code === 0 || code <= RetCode.recordOfOtherPeer || code >= RetCode.traceError),
    ).toBe(true);
    expect(codes.size).toBeGreaterThan(4);
  });

  it('as claims of size: refused before anything is allocated', () => {
    const { bench } = carried();
    for (const head of [0x9b, 0xbb, 0x5b, 0x7b, 0xdb]) {
      const bytes = Uint8Array.of(head, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff);
      expect(bench.run('bob', { current: bytes }).retCode).toBe(RetCode.dataMalformed);
      expect(bench.run('bob', { current: Uint8Array.of(0x86, 1, 0, 0x80, ...bytes) }).retCode).toBe(
        RetCode.dataMalformed,
      );
    }
  });
});
