import { describe, expect, it } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob's peer acts on an error that no peer could have raised, such as one without a code.
// Means:   mallory signs the failure of her own call, with a response that is not `[code, message]`.
// Refused: by the instruction `call`, when a script comes to that failure.
const SCRIPT = '(xor (call "mallory" ("s" "f") [] r) (call "bob" ("s" "got") [:error:.$.message]))';

function failed(response: string): ReturnType<Bench['run']> {
  const bench = new Bench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: { retCode: 1, resultJson: '"no"' } } });
  const forgery = new Forgery(bench, bench.data('mallory')).dropValues();
  const responseHash = forgery.addBytes(utf8(response));
  forgery.sign('mallory', [{ ...forgery.record('mallory'), responseHash }]);
  return bench.run('bob', { current: forgery.bytes });
}

describe('a recorded failure', () => {
  it('honest twin: a code and a message', () => {
    expect(requestsOf(failed('[7,"why"]'))).toEqual([
      ['got', ["Local service error, ret_code is 7, error message is 'why'"]],
    ]);
  });

  it.each(['[]', '[7]', '[7,"why",1]', '["7","why"]', '[7.5,"why"]', '[7,8]', '{"code":7}', 'null', '"why"'])(
    'is refused as %s',
    response => expectRefused(failed(response), RetCode.malformedFailure),
  );
});
