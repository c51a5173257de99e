import { describe, expect, it } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    bob's peer falls over a value, or acts on one that two peers read differently.
// Means:   mallory signs the hash of bytes that are not the canonical JSON of anything.
// Refused: by Value, as soon as somebody looks into it: as an argument, by a lens, in a match, as a fold.
const SCRIPT = `(seq (call "mallory" ("s" "f") [] r) USE)`;
const ask = '(call "bob" ("s" "got") [VALUE])';

function answered(bytes: Uint8Array, use: string): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT.replace('USE', use));
  bench.run('mallory');
  bench.run('mallory', { results: { 1: '[1]' } });
  const forgery = new Forgery(bench, bench.data('mallory')).dropValues();
  const responseHash = forgery.addBytes(bytes);
  return { bench, forgery: forgery.sign('mallory', [{ ...forgery.record('mallory'), responseHash }]) };
}

describe('a result that is not canonical JSON, under its correct hash', () => {
  it('honest twin: canonical JSON', () => {
    const { bench, forgery } = answered(utf8('{"a":2,"b":1.0}'), ask.replace('VALUE', 'r'));
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual([['got', [{ a: 2, b: 1 }]]]);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', utf8('')],
    ['no JSON', utf8('{')],
    ['two values', utf8('1,2')],
    ['keys in another order', utf8('{"b":1,"a":2}')],
    ['a key twice', utf8('{"a":1,"a":2}')],
    ['a blank', utf8('[1, 2]')],
    ['a number in another spelling', utf8('[1.50]')],
    ['a character in another spelling', utf8('"\\u0041"')],
    ['half a character', utf8('"\\ud800"')],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['nested too deep', utf8('['.repeat(128) + ']'.repeat(128))],
    ['nested without end', utf8('['.repeat(100_000))],
  ])('is refused as an argument: %s', (_, bytes) => {
    const { bench, forgery } = answered(bytes, ask.replace('VALUE', 'r'));
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.valueNotFound, {
      text: 'is not canonical JSON',
    });
  });

  it.each([
    ['a lens', ask.replace('VALUE', 'r.$.a')],
    ['a length', ask.replace('VALUE', 'r.length')],
    ['a fold', `(fold r i ${ask.replace('VALUE', 'i')})`],
    ['a match', `(match r 1 ${ask.replace('VALUE', '1')})`],
    ['a whole canon', `(seq (seq (ap r $s) (canon "bob" $s #s)) ${ask.replace('VALUE', '#s')})`],
    ['a peer', '(call r ("s" "got") [])'],
    ['an error object', '(fail r)'],
  ])('is refused by %s', (_, use) => {
    const { bench, forgery } = answered(utf8('{"b":1,"a":2}'), use);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.valueNotFound);
  });

  it.each([
    ['no JSON', '{'],
    ['a result', '7'],
    ['a code that is not an integer', '[1.5,"no"]'],
    ['a code beyond 2^53', '[18446744073709551615,"no"]'],
    ['a message that is not text', '[1,2]'],
    ['something more', '[1,"no",true]'],
  ])('refuses a malformed failure: %s', (_, text) => {
    const { bench, forgery } = answered(utf8(text), ask.replace('VALUE', '1'));
    forgery.sign('mallory', [{ ...forgery.record('mallory'), outcome: 'failed' }]);
    const code = text === '{' ? RetCode.valueNotFound : RetCode.malformedFailure;
    expectRefused(bench.run('bob', { current: forgery.bytes }), code);
  });
});
