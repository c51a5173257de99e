import { expect, it } from 'vitest';
import { Bench } from '../../../support/bench.ts';
import { idOf } from '../../../support/cast.ts';
import { Forgery } from '../../../support/forge.ts';

/** Alice has an error, fixes it in a canon, and calls with the element. `put` puts the error into the stream, `take` takes it out. */
function toldByAlice(put: string, canon: string, take: string): { told: unknown; kind: unknown } {
  const bench = new Bench(
    `(seq (xor (seq (ap "t" t) (ap t.$.no n)) ${put}) (seq ${canon} (call "alice" ("s" "use") [${take}])))`,
  );
  const request = bench.run('alice').callRequests.get(1);
  const { data } = bench.run('alice', { results: { 1: '1' } });
  const records = new Forgery(bench, data).data.logs.get(idOf('alice'));
  const last = records?.at(records.count - 1).record;
  return { told: last?.told, kind: request?.origins[0]?.kind };
}

it.each([
  ['an element', '(ap %last_error% $s)', '(canon "alice" $s #c)', '#c.$.[0]'],
  ['the value of a pair', '(ap ("k" %last_error%) %m)', '(canon "alice" %m #%c)', '#%c.$.k.[0]'],
])('%s that a canon has fixed is no longer told with each call', (_, put, canon, take) => {
  expect(toldByAlice(put, canon, take)).toEqual({ told: [], kind: 'error' });
});

it('honest twin: a call tells an error that no canon has fixed', () => {
  const { told } = toldByAlice('(ap %last_error% $s)', '(null)', '%last_error%');
  expect(told).toMatchObject([{ index: 0 }]);
});
