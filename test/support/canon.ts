import type { Outcome } from '../../interpreter/index.ts';
import { Bench } from './bench.ts';
import { Forgery } from './forge.ts';

/** Alice's price and a literal stand in a stream; mallory may fix its order; bob buys. */
const PRICES = `(seq (par (call "alice" ("s" "price") [] $prices) (ap "literal" $prices))
  (seq (canon "mallory" $prices #prices) (call "bob" ("s" "buy") [#prices])))`;
/** Where the elements are put into the stream. */
export const PRICE_SITE = '2';
export const LITERAL_SITE = '3';

/** `[site, value hash]` of each element. */
export type CanonContent = [site: string, hash: string][];

/** Mallory has fixed the stream; `forgery` holds her data, which bob does not have yet. */
export function fixedByMallory(script = PRICES): {
  bench: Bench;
  forgery: Forgery;
  content: CanonContent;
} {
  const bench = new Bench(script);
  bench.run('alice');
  bench.run('alice', { results: { 1: '100' } });
  bench.deliver('alice', 'mallory');
  const forgery = new Forgery(bench, bench.data('mallory'));
  const value = forgery.data.values.get(forgery.record('mallory').responseHash);
  return { bench, forgery, content: JSON.parse(value?.text ?? '') as CanonContent };
}

/** What bob makes of a canon that mallory has signed with other content. */
export function forgeCanon(change: (content: CanonContent) => unknown): Outcome {
  const { bench, forgery, content } = fixedByMallory();
  const record = forgery.record('mallory');
  forgery.dropValue(record.responseHash);
  const responseHash = forgery.addValue(JSON.stringify(change(content)));
  forgery.sign('mallory', [{ ...record, responseHash }]);
  return bench.run('bob', { current: forgery.bytes });
}
