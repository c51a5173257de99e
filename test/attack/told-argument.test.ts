import { describe, expect, it } from 'vitest';
import { RetCode, sha256, type CallRecord } from '../../interpreter/index.ts';
import { toHex } from '../../base/bytes.ts';
import { argsHashOf, toldPairHash } from '../../interpreter/log/args-hash.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    an argument of mallory's call passes for one that it was not: another literal, result or key, or one that cannot be checked.
// Means:   she says that it was read from her error register, or tells what was not told, or leaves out what was.
// Refused: by checkRecord: the record states exactly the arguments that were read from a register, and they count as her statement alone.
const LITERAL = `(seq (call "alice" ("s" "price") [] p)
  (seq (call "mallory" ("s" "f") ["x" p] r) (call "bob" ("s" "use") [r])))`;
/** The register holds who it is that failed: something else on every peer. */
const ERROR = `(seq (ap "text" t) (xor (ap t.$.no n)
  (seq (call "mallory" ("s" "f") ["x" %last_error%.$.peer_id] r) (call "bob" ("s" "use") [r]))))`;
const LENS = ERROR.replace(
  '(call "mallory" ("s" "f") ["x" %last_error%.$.peer_id] r)',
  '(seq (ap %last_error% e) (call "mallory" ("s" "f") ["x" e.$.peer_id] r))',
);
const PAIR = `(seq (ap "text" t) (xor (ap t.$.no n) (seq (ap ("k" %last_error%) %m)
  (fold %m i (seq (call "mallory" ("s" "f") [i] r) (call "bob" ("s" "use") [r]))))))`;

const hashOf = (json: string): string => toHex(sha256(json));

function played(script: string): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(script);
  bench.run('alice');
  bench.run('alice', { results: { 1: '100' } });
  bench.deliver('alice', 'mallory');
  bench.run('mallory', { results: { 1: '"done"' } });
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

const resigned = (script: string, change: (record: CallRecord) => Partial<CallRecord>) => {
  const { bench, forgery } = played(script);
  const record = forgery.record('mallory');
  forgery.sign('mallory', [{ ...record, ...change(record) }]);
  return bench.run('bob', { current: forgery.bytes });
};

const DONE = [['use', ['done']]];

describe('what mallory read from an error register', () => {
  it.each([
    ['the argument itself', ERROR],
    ['kept under a name, and a part of it', LENS],
    ['the value of a pair', PAIR],
  ])('honest twin: %s is stated, and bob, who has another error there, continues', (_, script) => {
    const { bench, forgery } = played(script);
    expect(forgery.record('mallory').told).toHaveLength(1);
    const outcome = bench.run('bob', { current: forgery.bytes });
    expect(requestsOf(outcome)).toEqual(DONE);
    const argument = outcome.callRequests.get(1)?.origins[0]?.arguments.at(-1);
    const told = script === PAIR ? argument?.parts[1] : argument;
    expect(told).toMatchObject({
      kind: 'error',
      tetraplet: { peerId: idOf('mallory'), serviceId: '', functionName: '', getter: '' },
      record: forgery.log('mallory').at(0).hash,
    });
  });

  it('is bob’s own, with its own origin, where his register holds the same', () => {
    const script = ERROR.replace('.$.peer_id', '.$.message');
    const { bench, forgery } = played(script);
    const outcome = bench.run('bob', { current: forgery.bytes });
    const argument = outcome.callRequests.get(1)?.origins[0]?.arguments[1];
    expect(argument).toMatchObject({
      kind: 'error',
      tetraplet: { peerId: idOf('alice') },
      record: undefined,
    });
  });

  it('is her statement, whatever it says, and no other peer’s', () => {
    const valueHash = hashOf('"whatever"');
    const outcome = resigned(ERROR, () => ({
      told: [{ index: 1, valueHash }],
      argsHash: argsHashOf([hashOf('"x"'), valueHash]),
    }));
    expect(requestsOf(outcome)).toEqual(DONE);
    expect(outcome.callRequests.get(1)?.origins[0]?.arguments[1]?.tetraplet.peerId).toBe(idOf('mallory'));
  });

  it('stays what it was for mallory herself, although she finds another error by now', () => {
    const script = `(seq (par (xor (call "bob" ("s" "fail") [] x) (null)) (null)) (call "mallory" ("s" "f") [%last_error%] r))`;
    const bench = new Bench(script);
    bench.run('mallory');
    bench.run('mallory', { results: { 1: '1' } });
    bench.run('bob');
    bench.run('bob', { results: { 1: { retCode: 1, resultJson: '"no"' } } });
    expect(bench.deliver('bob', 'mallory').retCode).toBe(RetCode.success);
  });
});

describe('mallory states', () => {
  it('honest twin: nothing', () => {
    const { bench, forgery } = played(LITERAL);
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(DONE);
  });

  const told = (index: number, json: string): Partial<CallRecord> => ({
    told: [{ index, valueHash: hashOf(json) }],
    argsHash: argsHashOf(['"x"', '100'].map((other, i) => hashOf(i === index ? json : other))),
  });

  it.each<[string, string, Partial<CallRecord>, string]>([
    ['another literal', LITERAL, told(0, '"y"'), 'call told arguments'],
    ['the literal as it is', LITERAL, told(0, '"x"'), 'call told arguments'],
    ['another result of alice’s', LITERAL, told(1, '1'), 'call told arguments'],
    [
      'an argument that is not there',
      LITERAL,
      { told: [{ index: 2, valueHash: hashOf('1') }] },
      'call told arguments',
    ],
    ['nothing of what was read', ERROR, { told: [] }, 'call told arguments'],
    [
      'what was read, and a literal beside it',
      ERROR,
      { told: [0, 1].map(index => ({ index, valueHash: hashOf('"x"') })) },
      'call told arguments',
    ],
    [
      'what was read, under another hash than she called with',
      ERROR,
      { told: [{ index: 1, valueHash: hashOf('1') }] },
      'call argument_hash',
    ],
    [
      'another key of a pair',
      PAIR,
      {
        told: [{ index: 0, keyHash: hashOf('"admin"'), valueHash: hashOf('1') }],
        argsHash: argsHashOf([toldPairHash(hashOf('"admin"'), hashOf('1'))]),
      },
      'call told arguments',
    ],
    [
      'a pair as one value',
      PAIR,
      { told: [{ index: 0, valueHash: hashOf('1') }], argsHash: argsHashOf([hashOf('1')]) },
      'call told arguments',
    ],
    [
      'the value of a pair, as an argument of two hashes that is not a pair',
      ERROR,
      { told: [{ index: 1, keyHash: hashOf('"x"'), valueHash: hashOf('1') }] },
      'call told arguments',
    ],
  ])('is refused: %s', (_, script, change, text) => {
    expectRefused(
      resigned(script, () => change),
      RetCode.parametersMismatch,
      { text },
    );
  });

  it.each<[string, CallRecord['told']]>([
    ['twice', [0, 0].map(index => ({ index, valueHash: hashOf('1') }))],
    ['in another order', [1, 0].map(index => ({ index, valueHash: hashOf('1') }))],
  ])('is refused as malformed: an argument %s', (_, list) => {
    expectRefused(
      resigned(ERROR, () => ({ told: list })),
      RetCode.recordMalformed,
      { text: 'told argument' },
    );
  });

  it('is refused as malformed: a told argument of a canon', () => {
    const bench = new Bench('(seq (canon "mallory" $s #c) (call "bob" ("s" "use") [#c]))');
    bench.run('mallory');
    const forgery = new Forgery(bench, bench.data('mallory'));
    forgery.sign('mallory', [{ ...forgery.record('mallory'), told: [{ index: 0, valueHash: hashOf('1') }] }]);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordMalformed, {
      text: 'a canon has no arguments to tell',
    });
  });
});
