import { concat, toHex } from '../../base/bytes.ts';
import { sha256, Value, type CallRecord } from '../../interpreter/index.ts';
import { argsHashOf } from '../../interpreter/log/args-hash.ts';
import { peerIdOf } from '../../interpreter/keys/key-pair.ts';
import { Bench, type BenchOptions } from '../support/bench.ts';
import { idOf, seedOf } from '../support/cast.ts';
import { atInstruction, Forgery } from '../support/forge.ts';
import type { DataInput } from './data-vector.ts';

/** Runs of bob that get what mallory, or a careless host, made: for every one the inputs, and first what is honest. */
const CALL = '(seq (call "mallory" ("s" "f") ["x"] r) (call "bob" ("s" "got") [r]))';
const HISTORY = `(seq (call "mallory" ("s" "one") [] x) (seq (call "mallory" ("s" "two") [] y)
  (seq (call "mallory" ("s" "three") [] z) (call "bob" ("s" "sum") [x y z]))))`;
const CANON = `(seq (ap "literal" $s) (seq (canon "mallory" $s #c) (call "bob" ("s" "got") [#c])))`;
const ERROR = `(xor (match 1 2 (null)) (seq (call "mallory" ("s" "log") [%last_error%] r) (call "bob" ("s" "got") [r])))`;
const PAR =
  '(seq (par (call "mallory" ("s" "one") [] x) (call "mallory" ("s" "two") [] y)) (call "bob" ("s" "sum") [x y]))';

/** What bob gets when mallory has answered all her calls, one a run; and what is done to it. */
function arriving(
  script: string,
  name: string,
  change?: (forgery: Forgery) => Forgery,
  options?: BenchOptions,
): DataInput {
  const { bench, forgery } = answered(script, options);
  return about(script, name, bench, { data: toHex((change?.(forgery) ?? forgery).bytes) });
}

function answered(
  script: string,
  options: BenchOptions = {},
  answers = ['7', '8', '9'],
): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(script, { init: 'mallory', ...options });
  let ids = [...bench.run('mallory').callRequests.keys()];
  while (ids.length > 0) {
    const results = Object.fromEntries(ids.map(id => [id, answers[id - 1] as string]));
    ids = [...bench.run('mallory', { results }).callRequests.keys()];
  }
  return { bench, forgery: new Forgery(bench, bench.data('mallory')) };
}

function about(script: string, name: string, bench: Bench, rest: Partial<DataInput>): DataInput {
  return {
    name,
    script,
    init: 'mallory',
    peer: 'bob',
    particleSignature: toHex(bench.particleSignature),
    ...rest,
  };
}

const signed =
  (change: Partial<CallRecord>) =>
  (forgery: Forgery): Forgery =>
    forgery.sign('mallory', [{ ...forgery.record('mallory'), ...change }]);

/** Changes the bytes of the honest data: as hex, once. */
function bytes(name: string, change: (hex: string) => string, script = CALL): DataInput {
  const { bench, forgery } = answered(script);
  return about(script, name, bench, { data: change(toHex(forgery.bytes)) });
}
const replaced = (from: string, to: string) => (hex: string) => {
  const at = hex.indexOf(from);
  return hex.slice(0, at) + to + hex.slice(at + from.length);
};

export const DATA_CASES: Readonly<Record<string, () => DataInput[]>> = {
  bytes: () => [
    bytes('honest', hex => hex),
    bytes('none', () => ''),
    bytes('one byte', () => '00'),
    bytes('text', () => toHex(new TextEncoder().encode('hello'))),
    bytes('cut off', hex => hex.slice(0, -2)),
    bytes('cut in the middle', hex => hex.slice(0, hex.length / 2 - ((hex.length / 2) % 2))),
    bytes('a byte too many', hex => `${hex}00`),
    bytes('a part too few', replaced('86', '85')),
    bytes('a map instead of an array', replaced('86', 'a6')),
    bytes('an array of indefinite length', hex => `9f${hex.slice(2)}ff`),
    bytes('a number not in its shortest form', replaced('8602', '861802')),
    bytes('a length not in its shortest form', hex => `9806${hex.slice(2)}`),
    bytes('a length beyond the data', replaced('7834', '7bffffffffffffffff')),
    bytes('text that is not utf-8', replaced('313244334b6f6f57', 'ff3244334b6f6f57')),
    bytes('a request id beyond 32 bits', replaced('860201', '86021b0000000100000000')),
    bytes('another version', replaced('8602', '8603')),
    bytes('version 1, which was never released', replaced('8602', '8601')),
    bytes('version 0', replaced('8602', '8600')),
    bytes('a record of another version', replaced('890200', '890300')),
    bytes('a record of an unknown kind', replaced('890200', '890209')),
    bytes('a record with a part too few', replaced('890200', '880200')),
    bytes('one bit of a value', replaced('4137', '4136')),
    bytes('one bit of a record', replaced('617361', '617461')),
    bytes('the last bit of a signature', hex => {
      const at = hex.indexOf('8141', 200) - 1;
      return hex.slice(0, at) + (parseInt(hex[at] as string, 16) ^ 1).toString(16) + hex.slice(at + 1);
    }),
  ],

  forged: () => [
    arriving(CALL, 'honest: a call'),
    arriving(HISTORY, 'honest: three runs of one peer'),
    arriving(CANON, 'honest: a canon'),
    arriving(CALL, 'a value that no record names', forgery => (forgery.addValue('"more"'), forgery)),
    arriving(CALL, 'a value altered', forgery => (forgery.dropValues().addValue('8'), forgery)),
    arriving(CALL, 'a value left out', forgery => forgery.dropValues()),
    arriving(CALL, 'a result that is not canonical JSON', notCanonical, {}),
    arriving(CALL, 'signed with another key', forgery =>
      forgery.sign('mallory', [forgery.record('mallory')], 'carol'),
    ),
    about(CALL, 'of another particle', new Bench(CALL, { init: 'mallory', particleId: 'p2' }), {
      data: toHex(answered(CALL).forgery.bytes),
    }),
    arriving(PAR, 'a record taken out of a log', forgery =>
      forgery.editLog('mallory', ({ records }) => ({ records: records.slice(1) })),
    ),
    ...Object.entries({
      'the first record left out': [1, 2],
      'a record left out': [0, 2],
      'a record repeated': [0, 0, 1, 2],
      'two records swapped': [0, 2, 1],
      'the last record left out, under the signature of all': [0, 1],
    }).map(([name, order]) =>
      arriving(HISTORY, name, forgery =>
        forgery.editLog('mallory', ({ records }) => ({ records: order.flatMap(i => records[i] ?? []) })),
      ),
    ),
    older(),
    twoHistories(),
    arriving(CALL, 'two records of one site', forgery => {
      const record = forgery.record('mallory');
      const responseHash = forgery.addValue('8');
      return forgery.sign('mallory', [record, { ...record, responseHash }]);
    }),
    ...[
      ['records of a peer id that is not a key', '12D3KooW'.padEnd(52, 'x')] as const,
      ['records of a key of small order', peerIdOf(concat(new Uint8Array([1]), new Uint8Array(31)))] as const,
    ].map(([name, peerId]) =>
      arriving(CALL, name, forgery => forgery.attribute(forgery.log('mallory'), peerId)),
    ),
    arriving(CALL, "a log in another's name", forgery =>
      forgery.attribute(forgery.log('mallory'), idOf('carol')),
    ),
    arriving(
      CALL,
      'a told argument that is a literal',
      signed({ told: [{ index: 0, valueHash: hashOf('"x"') }] }),
    ),
    arriving(ERROR, 'honest: an argument that was read from an error register'),
    arriving(ERROR, 'another error than bob has', told('"another"')),
    arriving(ERROR, 'an error without its told argument', signed({ told: [] })),
    arriving(
      ERROR,
      'a told error under another hash than the call had',
      signed({ told: [{ index: 0, valueHash: hashOf('1') }] }),
    ),
    arriving(
      ERROR,
      'a told error as a pair',
      signed({ told: [{ index: 0, keyHash: hashOf('"k"'), valueHash: hashOf('1') }] }),
    ),
    arriving(CALL, 'other arguments', signed({ argsHash: '00'.repeat(32) })),
    arriving(CALL, 'another function', signed({ functionName: 'g' })),
    arriving(CALL, 'another service', signed({ serviceId: 't' })),
    arriving(CALL, 'a canon where a call is', signed({ kind: 'canon' })),
    arriving(CANON, 'a call where a canon is', signed({ kind: 'call' })),
    arriving(CALL, 'a failure that is none', signed({ outcome: 'failed' })),
    arriving(CALL, "a record at another peer's call", signed({ site: atInstruction(2) })),
    arriving(CALL, 'a record outside the script', signed({ site: atInstruction(99) })),
    ...Object.entries<(content: [string, string][]) => unknown>({
      'a canon with an element of nowhere': content => [...content, ['0', content[0]?.[1]]],
      'a canon with another value': content => content.map(([site]) => [site, '00'.repeat(32)]),
      'a canon with an element twice': content => [...content, content[0]],
      'a canon that is not a list': () => ({ 0: 'x' }),
      'a canon with elements of another shape': () => [['1']],
    }).map(([name, change]) =>
      arriving(CANON, name, forgery => {
        const record = forgery.record('mallory');
        const content = JSON.parse(forgery.data.values.get(record.responseHash)?.text ?? '') as [
          string,
          string,
        ][];
        const responseHash = forgery.dropValues().addValue(JSON.stringify(change(content)));
        return forgery.sign('mallory', [{ ...record, responseHash }]);
      }),
    ),
  ],

  host: () => [
    host('honest', CALL_OF_BOB),
    host('a result without a request', CALL_OF_BOB, { results: [[7, 0, '1']] }),
    host('a result id that is not an integer', CALL_OF_BOB, { results: [[1.5, 0, '1']] }),
    host('a negative result id', CALL_OF_BOB, { results: [[-1, 0, '1']] }),
    host('a result id beyond 32 bits', CALL_OF_BOB, { results: [[2 ** 32, 0, '1']] }),
    host('a return code beyond 32 bits', CALL_OF_BOB, { results: [[1, 2 ** 31, '1']] }),
    host('half a surrogate pair', CALL_OF_BOB, { results: [[1, 0, '"\ud800"']] }),
    host('a short key', CALL_OF_BOB, { secretKey: '00'.repeat(31) }),
    host('no key', CALL_OF_BOB, { secretKey: '' }),
    host("another peer's key", CALL_OF_BOB, { secretKey: toHex(seedOf('carol')) }),
    host('a signer that fails', '(canon "bob" $s #c)', { secretKey: 'fails' }),
    host('a signer that is not needed', CALL_OF_BOB, { secretKey: 'fails' }),
    host('a script at the limit', '(null)', { limits: { airSizeBytes: 6 } }),
    host('a script over the limit', '(null)', { limits: { airSizeBytes: 5 } }),
    { ...arriving(CALL, 'data over the limit'), limits: { dataSizeBytes: 100 } },
    host('a result over the limit', CALL_OF_BOB, {
      results: [[1, 0, '"long"']],
      limits: { callResultSizeBytes: 5 },
    }),
    host('nesting at the limit', nested(4), { limits: { depth: 5 } }),
    host('nesting over the limit', nested(9), { limits: { depth: 5 } }),
    host('folds over the limit', FOLDS, { limits: { folds: 1 } }),
    host('folds at the limit', FOLDS, { limits: { folds: 2 } }),
    host('instructions over the limit', nested(4), { limits: { instructions: 8 } }),
    host('instructions at the limit', nested(4), { limits: { instructions: 9 } }),
    host('a stream over the limit', '(seq (ap 1 $s) (ap 2 $s))', { limits: { streamSize: 1 } }),
    { ...arriving(CALL, 'logs of more peers than are allowed, with one’s own'), limits: { peers: 0 } },
    { ...arriving(CALL, 'as many logs as are allowed'), limits: { peers: 1 } },
    host('a stream at the limit', '(seq (ap 1 $s) (ap 2 $s))', { limits: { streamSize: 2 } }),
  ],
};

const CALL_OF_BOB = '(call "bob" ("s" "f") [] x)';
const nested = (depth: number): string => `${'(seq '.repeat(depth)}(null)${' (null))'.repeat(depth)}`;
const FOLDS = '(seq (seq (ap 1 $s) (canon "bob" $s #c)) (fold #c i (fold #c j (null))))';

function host(name: string, script: string, rest: Partial<DataInput> = {}): DataInput {
  return about(script, name, new Bench(script, { init: 'mallory' }), rest);
}

/** What mallory has signed before her last answer: its bytes do not show that there is more. */
function older(): DataInput {
  const bench = new Bench(HISTORY, { init: 'mallory' });
  for (const results of [{}, { 1: '7' }, { 2: '8' }]) bench.run('mallory', { results });
  return about(HISTORY, 'an older log, whose age its bytes do not show', bench, {
    data: toHex(bench.data('mallory')),
  });
}

const hashOf = (json: string): string => toHex(sha256(json));

/** Mallory says that her register held this. */
const told = (json: string) =>
  signed({ told: [{ index: 0, valueHash: hashOf(json) }], argsHash: argsHashOf([hashOf(json)]) });

/** bob knows one answer of mallory's; another arrives. */
function twoHistories(): DataInput {
  const { bench } = answered(CALL);
  const prev = toHex(bench.deliver('mallory', 'bob').data);
  const other = answered(CALL, {}, ['8']);
  return about(CALL, 'two histories of one peer', bench, { prev, data: toHex(other.forgery.bytes) });
}

function notCanonical(forgery: Forgery): Forgery {
  const text = new TextEncoder().encode('{"b":1, "a":2}');
  const hash = toHex(sha256(text));
  forgery.data = { ...forgery.data, values: new Map([[hash, Value.ofBytes(text, hash)]]) };
  return signed({ responseHash: hash })(forgery);
}
