import { Bench } from './bench.ts';
import { Forgery } from './forge.ts';

/** Alice answers three calls, in one run each; bob adds up. */
const THREE = `(seq (call "alice" ("s" "one") [] x)
  (seq (call "alice" ("s" "two") [] y)
    (seq (call "alice" ("s" "three") [] z) (call "bob" ("s" "sum") [x y z]))))`;

/** `forgery` holds alice's whole log, which bob does not have yet; `older` what she had after each run. */
export function threeRuns(): { bench: Bench; forgery: Forgery; older: Forgery[] } {
  const bench = new Bench(THREE);
  bench.run('alice');
  const older = [1, 2, 3].map(id => {
    const { data } = bench.run('alice', { results: { [id]: String(id * 10) } });
    return new Forgery(bench, data);
  });
  return { bench, forgery: new Forgery(bench, bench.data('alice')), older };
}

/** The same in one run. */
export function oneRun(): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(`(seq (par (call "alice" ("s" "one") [] x)
    (par (call "alice" ("s" "two") [] y) (call "alice" ("s" "three") [] z))) (call "bob" ("s" "sum") [x y z]))`);
  bench.run('alice');
  bench.run('alice', { results: { 1: '10', 2: '20', 3: '30' } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

/** The sum that bob computes without an attack. */
export const HONEST_SUM = [['sum', [10, 20, 30]]];
