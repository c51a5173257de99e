import { describe, expect, it } from 'vitest';
import { RetCode, type CallRequest, type Outcome } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    bob takes what mallory made up for the word of alice, or for what the script says.
// Means:   the one thing that a canon may tell: an error that only its peer had. Mallory tells something else there.
// Refused: by readContent wherever no error stands; where one does, it is mallory's own statement and passes for no other peer's.
const SCRIPT = `(seq
  (seq (call "alice" ("s" "price") [] $s) (xor (seq (ap "t" t) (ap t.$.no n)) (ap %last_error% $s)))
  (seq (canon "mallory" $s #s) (call "bob" ("s" "use") [#s.$.[0] #s.$.[1]])))`;

type Entry = [site: string, hash: string, told?: unknown];

function fixed(): { bench: Bench; forgery: Forgery; content: Entry[] } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '100' } });
  bench.deliver('alice', 'mallory');
  const forgery = new Forgery(bench, bench.data('mallory'));
  const value = forgery.data.values.get(forgery.record('mallory').responseHash);
  return { bench, forgery, content: JSON.parse(value?.text ?? '') as Entry[] };
}

/** Mallory signs a canon of her own and brings it to bob. */
function forge(change: (content: Entry[], hashOf: (json: string) => string) => Entry[]): Outcome {
  const { bench, forgery, content } = fixed();
  const values = new Map(forgery.data.values);
  const changed = change(content, json => forgery.addValue(json));
  const record = forgery.record('mallory');
  forgery.data = { ...forgery.data, values };
  values.delete(record.responseHash);
  const responseHash = forgery.addValue(JSON.stringify(changed));
  forgery.sign('mallory', [{ ...record, responseHash }]);
  return bench.run('bob', { current: forgery.bytes });
}

const told = (request: CallRequest | undefined) => ({
  value: request?.arguments[1],
  kind: request?.origins[1]?.kind,
  tetraplet: request?.tetraplets[1]?.[0],
});

/** Kind `error`: neither `from` nor `literalOf` nor `expectLiteral` can match it. */
const BY_MALLORY = {
  kind: 'error',
  tetraplet: { peerId: idOf('mallory'), serviceId: '', functionName: '', getter: '' },
};

describe('mallory states an error', () => {
  it('honest twin: her own, which names her, beside the price of alice', () => {
    const { bench, forgery } = fixed();
    const request = bench.run('bob', { current: forgery.bytes }).callRequests.get(1);
    expect(request?.arguments[0]).toBe(100);
    expect(request?.tetraplets[0]?.[0]?.serviceId).toBe('s');
    expect(told(request)).toMatchObject({
      value: { error_code: 10007, peer_id: idOf('mallory') },
      ...BY_MALLORY,
    });
    expect(request?.origins[1]?.record).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is her statement, whatever it says', () => {
    const outcome = forge((content, hashOf) => [
      content[0] as Entry,
      [content[1]?.[0] as string, hashOf('true'), true],
    ]);
    expect(outcome.retCode).toBe(RetCode.success);
    expect(told(outcome.callRequests.get(1))).toEqual({ value: true, ...BY_MALLORY });
  });

  it.each<[string, (content: Entry[], hashOf: (json: string) => string) => Entry[]]>([
    [
      'in the place of the price',
      ([price, error], hashOf) => [[(price as Entry)[0], hashOf('1'), 1], error as Entry],
    ],
    ['with another hash', ([price, error]) => [price as Entry, [(error as Entry)[0], '00'.repeat(32), 1]]],
    ['without stating it', ([price, error], hashOf) => [price as Entry, [(error as Entry)[0], hashOf('1')]]],
    ['twice', ([price, error]) => [price as Entry, error as Entry, error as Entry]],
  ])('is refused %s', (_, change) => {
    expect(forge(change).retCode).toBe(RetCode.canonForged);
  });
});

describe('an error in a map', () => {
  const MAP = `(seq (xor (seq (ap "t" t) (ap t.$.no n)) (ap ("k" %last_error%) %m))
    (seq (canon "mallory" %m #%m) (call "bob" ("s" "use") [#%m.$.k.[0]])))`;

  function fixedMap(): { bench: Bench; forgery: Forgery; entry: Entry } {
    const bench = new Bench(MAP);
    bench.run('alice');
    bench.deliver('alice', 'mallory');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const value = forgery.data.values.get(forgery.record('mallory').responseHash);
    return { bench, forgery, entry: (JSON.parse(value?.text ?? '') as Entry[])[0] as Entry };
  }

  it('honest twin: is stated with its key', () => {
    const { bench, forgery } = fixedMap();
    const request = bench.run('bob', { current: forgery.bytes }).callRequests.get(1);
    expect(request?.arguments[0]).toMatchObject({ peer_id: idOf('mallory') });
    expect(request?.origins[0]?.kind).toBe('error');
  });

  it.each([
    ['another key', { key: 'admin', value: 1 }],
    ['a third member', { key: 'k', value: 1, more: 1 }],
    ['no pair', 1],
  ])('is refused with %s', (_, pair) => {
    const { bench, forgery, entry } = fixedMap();
    const hash = forgery.addValue(JSON.stringify(pair));
    forgery.dropValues();
    const responseHash = forgery.addValue(JSON.stringify([[entry[0], hash, pair]]));
    forgery.sign('mallory', [{ ...forgery.record('mallory'), responseHash }]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.canonForged);
  });
});

// Once told, an error is the word of who told it. Who fixes it once more can leave it out, and not replace it.
describe('an error that carol has stated', () => {
  const TWICE = `(seq (xor (seq (ap "t" t) (ap t.$.no n)) (ap %last_error% $s))
    (seq (seq (canon "carol" $s #s) (ap #s.$.[0] $t))
      (seq (canon "mallory" $t #t) (call "bob" ("s" "use") [#t.$.[0]]))))`;

  function fixedTwice(): { bench: Bench; forgery: Forgery; entry: Entry } {
    const bench = new Bench(TWICE);
    bench.run('alice');
    bench.deliver('alice', 'carol');
    bench.deliver('carol', 'mallory');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const value = forgery.data.values.get(forgery.record('mallory').responseHash);
    return { bench, forgery, entry: (JSON.parse(value?.text ?? '') as Entry[])[0] as Entry };
  }

  it('honest twin: stays carol’s statement in the canon of another peer', () => {
    const { bench, forgery, entry } = fixedTwice();
    expect(entry).toHaveLength(2);
    const request = bench.run('bob', { current: forgery.bytes }).callRequests.get(1);
    expect(request?.arguments[0]).toMatchObject({ peer_id: idOf('carol') });
    expect(request?.tetraplets[0]?.[0]?.peerId).toBe(idOf('carol'));
  });

  it.each([
    ['another error', '{"error_code":1,"message":"made up"}'],
    ['what is not an error', 'true'],
  ])('is not replaced by mallory with %s', (_, json) => {
    const { bench, forgery, entry } = fixedTwice();
    const record = forgery.record('mallory');
    const hash = forgery.addValue(json);
    const values = new Map(forgery.data.values);
    values.delete(record.responseHash);
    values.delete(hash);
    forgery.data = { ...forgery.data, values };
    const responseHash = forgery.addValue(JSON.stringify([[entry[0], hash, JSON.parse(json)]]));
    forgery.sign('mallory', [{ ...record, responseHash }]);
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.canonForged);
  });
});
