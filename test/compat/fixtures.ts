import { memorySource, replay } from '../../audit/index.ts';
import { toHex, utf8 } from '../../base/bytes.ts';
import {
  exportEquivocation,
  exportProof,
  exportReceipt,
  verifyEquivocation,
  verifyProof,
  verifyReceipt,
} from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { FORGED_POST, POST, recordWorld } from '../support/recording.ts';
import { SignedBench } from '../support/signed-bench.ts';

export interface Fixtures {
  /** Data that arrives at a peer that knows nothing, and what it then asks its host, as JSON texts. */
  readonly data: readonly {
    readonly name: string;
    readonly script: string;
    readonly particleSignature: string;
    readonly peer: string;
    readonly bytes: string;
    readonly arguments: readonly string[];
  }[];
  readonly receipts: readonly { readonly bytes: string; readonly claims: unknown }[];
  readonly evidence: readonly { readonly bytes: string; readonly claims: unknown }[];
  readonly proofs: readonly { readonly bytes: string; readonly claims: unknown }[];
  /** Recordings of two particles, under the recorder's checkpoints. */
  readonly recordings: readonly { readonly text: string; readonly runs: number }[];
}

/** Whoever runs before carol, who is asked at last: with the answers of its services, by function. */
const PROGRAMS: Readonly<Record<string, { script: string; runs: readonly string[] }>> = {
  'a call': {
    script: '(seq (call "alice" ("s" "f") [1 "x"] x) (call "carol" ("s" "use") [x]))',
    runs: ['alice', 'alice'],
  },
  'several runs of two peers': {
    script: `(seq (seq (call "alice" ("s" "f") [] x) (call "alice" ("s" "g") [x] y))
      (seq (call "bob" ("s" "h") [x y] z) (call "carol" ("s" "use") [x y z])))`,
    runs: ['alice', 'alice', 'alice', 'bob', 'bob'],
  },
  'a stream, a canon and a fold': {
    script: `(seq (par (call "alice" ("s" "f") [] $s) (ap "literal" $s)) (seq (canon "bob" $s #c)
      (seq (fold #c i (par (call "bob" ("s" "g") [i]) (next i))) (call "carol" ("s" "use") [#c #c.length]))))`,
    runs: ['alice', 'alice', 'bob', 'bob'],
  },
  'a map and a fold over a stream': {
    script: `(seq (seq (call "alice" ("s" "f") [] $s) (call "alice" ("s" "g") [] x)) (seq (ap ("key" x) %m)
      (seq (canon "alice" %m #%m) (fold $s i (seq (call "carol" ("s" "use") [i #%m.$.key]) (next i))))))`,
    runs: ['alice', 'alice', 'alice'],
  },
  'a failure, and what a record states of an error': {
    script: `(xor (call "alice" ("s" "fail") [] x) (seq (call "bob" ("s" "f") [%last_error% :error:.$.message "x"] y)
      (seq (ap ("k" %last_error%) %m) (fold %m i (seq (call "bob" ("s" "g") [i] z) (call "carol" ("s" "use") [y z]))))))`,
    runs: ['alice', 'alice', 'bob', 'bob', 'bob'],
  },
};

/** What this release writes. */
export async function fixtures(): Promise<Fixtures> {
  const benches = Object.entries(PROGRAMS).map(([name, { script, runs }]) => ({
    name,
    ...played(script, runs),
  }));
  const bench = (benches[1] as { bench: SignedBench }).bench;
  const receipts = ['2', '3', '5'].map((site, i) =>
    exportReceipt(bench.data('bob'), bench.particle, { peerId: idOf(i < 2 ? 'alice' : 'bob'), site }),
  );
  const other = played(PROGRAMS['a call']?.script as string, ['alice', 'alice'], '"another"').bench;
  const first = (benches[0] as { bench: SignedBench }).bench;
  const evidence = exportEquivocation([first.data('alice'), other.data('alice')], first.particle);
  const proofs = (['needed', 'call', 'all'] as const).map(
    show =>
      exportProof(bench.data('bob'), bench.particle, { peerId: idOf('bob'), site: '5' }, { show }).proof,
  );
  const recording = await recordWorld({ scripts: [POST, FORGED_POST] });
  const { runs } = replay(memorySource(utf8(recording)));
  return {
    data: benches.map(({ name, bench: { air, particle }, bytes, asked }) => ({
      name,
      script: air,
      particleSignature: toHex(particle.signature),
      peer: idOf('carol'),
      bytes: toHex(bytes),
      arguments: asked,
    })),
    receipts: receipts.map(bytes => ({ bytes: toHex(bytes), claims: verifyReceipt(bytes) })),
    evidence: [evidence as Uint8Array].map(bytes => ({
      bytes: toHex(bytes),
      claims: verifyEquivocation(bytes),
    })),
    proofs: proofs.map(bytes => ({ bytes: toHex(bytes), claims: verifyProof(bytes) })),
    recordings: [{ text: recording, runs }],
  };
}

/** Each run goes on from what the one before has given; answers count up, and `fail` fails. */
function played(script: string, runs: readonly string[], answer?: string) {
  const bench = new SignedBench(script);
  const pending = new Map<string, [number, string][]>();
  let bytes = new Uint8Array(0);
  let answers = 0;
  for (const name of runs) {
    const results = Object.fromEntries(
      (pending.get(name) ?? []).map(([id, functionName]) => [
        id,
        functionName === 'fail'
          ? { retCode: 7, resultJson: '"no"' }
          : (answer ?? `{"n":${++answers},"by":"${functionName}"}`),
      ]),
    );
    const { callRequests, data } = bench.run(name, { current: bytes, results });
    pending.set(
      name,
      [...callRequests].map(([id, { functionName }]) => [id, functionName]),
    );
    bytes = new Uint8Array(data);
  }
  const { callRequests } = bench.run('carol', { current: bytes });
  return { bench, bytes, asked: [...callRequests.values()].map(({ argumentsJson }) => argumentsJson) };
}
