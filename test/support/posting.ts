import { Bench, type BenchOptions } from './bench.ts';
import { Forgery } from './forge.ts';

/** Alice runs Auth, bob the Blog; the carrier between them is the attacker. */
export const POSTING = `(seq
  (call "alice" ("authSrv" "get_status") [] status)
  (call "bob" ("blogSrv" "add_post") ["hello" status.$.is_admin]))`;

/** Alice's Auth has answered; `forgery` holds her data, which bob does not have yet. */
export function answeredByAuth(
  answer = '{"is_admin":false}',
  options: BenchOptions = {},
): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(POSTING, options);
  bench.run('alice');
  bench.run('alice', { results: { 1: answer } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

/** The Blog's call without an attack. */
export const HONEST_POST = [['add_post', ['hello', false]]];
