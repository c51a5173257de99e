import { RetCode, type Outcome } from '../../interpreter/index.ts';
import { Bench } from './bench.ts';

/** A run of `body` in which alice has answered `list`. */
export function runWith(body: string, list: string, instructions = 1_000_000): Outcome {
  const bench = new Bench(`(seq (call "alice" ("s" "l") [] list) ${body})`, { limits: { instructions } });
  bench.run('alice');
  return bench.run('alice', { results: { 1: list } });
}

/** The least limit of work, in units, under which the body runs. */
export function costOf(body: string, list: string): number {
  let [refused, accepted] = [0, 10_000];
  while (accepted - refused > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    if (runWith(body, list, middle).retCode === RetCode.success) accepted = middle;
    else refused = middle;
  }
  return accepted;
}
