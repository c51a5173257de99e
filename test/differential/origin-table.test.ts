import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { applyGetter, equalJson, execute, parseJson, type Json } from '../../interpreter/index.ts';
import { idOf, seedOf, signer, withIds, withNames } from '../support/cast.ts';
import { Oracle } from './oracle.ts';

/** What services answer; `err` fails. */
const ANSWERS: Readonly<Record<string, string>> = {
  obj: '{"a":{"b":[10,{"c":11}]},"k":"a","n":1,"args":["p","q"],"e":{"error_code":7,"message":"m"}}',
  arr: '[[1,2],[3]]',
  rows: '[{"r":[1,2]}]',
};

/** `I` (alice) has started the particle, `A` is bob, `B` carol. `LOOK` is the call whose argument is looked at. */
type Row = readonly [fragment: string, argument: string, beryl: string, aquavm: string];

const SAME = (fragment: string, argument: string, both: string): Row => [fragment, argument, both, both];
const STREAM = '(seq (call "bob" ("s" "obj") [] $s) (seq (ap "lit" $s) (seq (ap o.$.a $s) REST)))';
const inStream = (rest: string): string => STREAM.replace('REST', rest);
const canonB = inStream('(seq (canon "carol" $s #ss) REST)');
const withCanon = (rest: string): string => canonB.replace('REST', rest);
const MAP =
  '(seq (ap ("lit" "v") %m) (seq (ap ("strv" o.$.a) %m) (seq (call "bob" ("s" "obj") [] o2) (seq (ap ("lit" o2) %m) REST))))';
const inMap = (rest: string): string => MAP.replace('REST', rest);
const withMap = (rest: string): string => inMap(`(seq (canon "bob" %m #%c) ${rest})`);
const failed = (rest: string): string => `(xor (call "bob" ("s" "err") [] z) ${rest})`;

const TABLE: Readonly<Record<string, readonly Row[]>> = {
  'what the script itself contains': [
    ...['"x"', '1', '1.5', 'true', '[]', '%init_peer_id%', '%timestamp%', '%ttl%'].map(literal =>
      SAME('LOOK', literal, 'I///'),
    ),
    SAME('LOOK', '%last_error%.$.message', 'I///'),
    SAME('(seq (ap "lit" t) LOOK)', 't', 'I///'),
    SAME('(seq (ap %ttl% t) LOOK)', 't', 'I///'),
    SAME('(seq (ap %last_error%.$.message t) LOOK)', 't', 'I///'),
  ],
  'results and their parts': [
    SAME('LOOK', 'o', 'A/s/obj/'),
    SAME('LOOK', 'o.$.a.b.[1].c', 'A/s/obj/.$.a.b.[1].c'),
    SAME('LOOK', 'o.$.a.b[0]!', 'A/s/obj/.$.a.b.[0]'),
    ['(seq (ap o.$.k key) LOOK)', 'o.$.[key]', 'A/s/obj/.$.a', 'A/s/obj/.$.[key]'],
    SAME('(seq (ap o.$.a x) LOOK)', 'x', 'A/s/obj/.$.a'),
    ['(seq (ap o.$.a x) LOOK)', 'x.$.b', 'A/s/obj/.$.a.b', 'A/s/obj/.$.a.$.b'],
    ['(seq (ap o.$.a x) (seq (ap x.$.b y) (seq (ap y w) LOOK)))', 'w', 'A/s/obj/.$.a.b', 'A/s/obj/.$.a.$.b'],
    [
      '(seq (ap o.$.a x) (seq (ap x.$.b y) (seq (ap y w) LOOK)))',
      'w.$.[1].c',
      'A/s/obj/.$.a.b.[1].c',
      'A/s/obj/.$.a.$.b.$.[1].c',
    ],
    ['(seq (ap o.$.args ar) LOOK)', 'ar.length', 'A/s/obj/.$.args.length', '///.length'],
    ['(seq (ap o.$.args ar) (seq (ap ar.length l) LOOK))', 'l', 'A/s/obj/.$.args.length', '///.length'],
  ],
  'items of folds': [
    SAME('(fold arr i LOOK)', 'i', 'A/s/arr/.$.[0]'),
    ['(fold arr i LOOK)', 'i.$.[0]', 'A/s/arr/.$.[0].[0]', 'A/s/arr/.$.[0].$.[0]'],
    ['(fold arr i LOOK)', 'i.length', 'A/s/arr/.$.[0].length', '///.length'],
    [
      '(fold arr i (fold i j (seq (par LOOK2 (next j)) (null))))',
      'j',
      'A/s/arr/.$.[0].[1]',
      'A/s/arr/.$.[0].$.[1]',
    ],
    [
      '(fold o.$.args i (seq (par LOOK2 (next i)) (null)))',
      'i',
      'A/s/obj/.$.args.[1]',
      'A/s/obj/.$.args.$.[1]',
    ],
    [
      '(fold o.$.args i (seq (ap i x) (seq (par LOOK2 (next i)) (null))))',
      'x',
      'A/s/obj/.$.args.[1]',
      'A/s/obj/.$.args.$.[1]',
    ],
    ['(fold arr i (seq (ap i.$.[0] x) LOOK))', 'x', 'A/s/arr/.$.[0].[0]', 'A/s/arr/.$.[0].$.[0]'],
    ['(fold arr i (seq (ap i.length x) LOOK))', 'x', 'A/s/arr/.$.[0].length', '///.length'],
    [
      '(seq (call "bob" ("s" "rows") [] rows) (fold rows i (fold i.$.r j (seq (par LOOK2 (next j)) (null)))))',
      'j',
      'A/s/rows/.$.[0].r.[1]',
      'A/s/rows/.$.[0].$.r.$.[1]',
    ],
    SAME(inStream('(fold $s i (par LOOK1 (next i)))'), 'i', 'A/s/obj/'),
    SAME(inStream('(fold $s i (par LOOK2 (next i)))'), 'i', 'I///'),
    SAME(inStream('(fold $s i (par LOOK3 (next i)))'), 'i', 'A/s/obj/.$.a'),
  ],
  'canon streams': [
    SAME(withCanon('LOOKB'), '#ss', 'A/s/obj/ I/// A/s/obj/.$.a'),
    SAME(withCanon('LOOKB'), '#ss.$.[0]', 'A/s/obj/'),
    SAME(withCanon('(seq (ap 2 two) LOOKB)'), '#ss.$.[two]', 'A/s/obj/.$.a'),
    [withCanon('(seq (ap 2 two) LOOKB)'), '#ss.$.[two].b', 'A/s/obj/.$.a.b', 'A/s/obj/.$.a'],
    SAME(withCanon('(seq (ap #ss.$.[2] y) LOOKB)'), 'y', 'A/s/obj/.$.a'),
    [withCanon('LOOKB'), '#ss.$.[0].a.b', 'A/s/obj/.$.a.b', 'A/s/obj/'],
    [withCanon('LOOKB'), '#ss.$.[2].b', 'A/s/obj/.$.a.b', 'A/s/obj/.$.a'],
    [withCanon('LOOKB'), '#ss.length', 'B///.length', 'B/.length//'],
    SAME(withCanon('(seq (ap #ss x) LOOKB)'), 'x', 'B///'),
    [withCanon('(seq (ap #ss x) LOOKB)'), 'x.$.[0]', 'A/s/obj/', 'B///.$.[0]'],
    [withCanon('(seq (ap #ss.$.[0].a y) LOOKB)'), 'y', 'A/s/obj/.$.a', 'A/s/obj/'],
    [withCanon('(seq (ap #ss.$.[0].a y) LOOKB)'), 'y.$.b', 'A/s/obj/.$.a.b', 'A/s/obj/.$.b'],
    [withCanon('(seq (ap #ss.length w) LOOKB)'), 'w', 'B///.length', 'B///'],
    SAME(withCanon('(fold #ss i (seq (par LOOKB3 (next i)) (null)))'), 'i', 'A/s/obj/.$.a'),
    [
      withCanon('(fold #ss i (seq (par LOOKB (next i)) (null)))'),
      'i.$.b',
      'A/s/obj/.$.a.b',
      'A/s/obj/.$.a.$.b',
    ],
    SAME('(new $e (seq (canon "bob" $e #ee) LOOK))', '#ee', ''),
    ['(new $e (seq (canon "bob" $e #ee) LOOK))', '#ee.length', 'A///.length', 'A/.length//'],
  ],
  'stream maps and canon maps': [
    [inMap('(fold %m i (par LOOK2 (next i)))'), 'i', 'A///', 'A/s/obj/.$.a'],
    [inMap('(fold %m i (par LOOK2 (next i)))'), 'i.$.value', 'A/s/obj/.$.a', 'A/s/obj/.$.a.$.value'],
    SAME(withMap('LOOK'), '#%c', 'I/// A/s/obj/.$.a A/s/obj/'),
    SAME(withMap('LOOK'), '#%c.$.lit', 'A///.$.lit'),
    SAME(withMap('LOOK'), '#%c.$.lit.[1]', 'A/s/obj/'),
    [withMap('LOOK'), '#%c.$.lit.[1].a.b.[0]', 'A/s/obj/.$.a.b.[0]', 'A/s/obj/.a.b.[0]'],
    [withMap('(seq (ap "strv" key) LOOK)'), '#%c.$.[key]', 'A///.$.strv', 'A///.$.[key]'],
    [withMap('(seq (ap "strv" key) LOOK)'), '#%c.$.[key].[0].b', 'A/s/obj/.$.a.b', 'A/s/obj/.$.a.b'],
    SAME(withMap('LOOK'), '#%c.$.none.[0].x', 'A///.$.none.[0].x'),
    [withMap('LOOK'), '#%c.length', 'A///.length', 'A///length'],
    SAME(withMap('(seq (ap #%c.$.lit x) LOOK)'), 'x', 'A///.$.lit'),
    [withMap('(seq (ap #%c.$.lit x) LOOK)'), 'x.$.[1]', 'A/s/obj/', 'A///.$.lit.$.[1]'],
    [withMap('(seq (ap #%c.$.lit.[1] y) LOOK)'), 'y', 'A/s/obj/', 'A///'],
    [withMap('(seq (ap #%c.$.lit.[1] y) LOOK)'), 'y.$.k', 'A/s/obj/.$.k', 'A///.$.k'],
    [withMap('(seq (ap #%c.$.lit.[1].a w) LOOK)'), 'w', 'A/s/obj/.$.a', 'A///.a'],
    [withMap('(fold #%c.$.lit j (seq (par LOOK2 (next j)) (null)))'), 'j', 'A/s/obj/', 'A///.$.lit.$.[1]'],
    [withMap('(seq (ap #%c.length w) LOOK)'), 'w', 'A///.length', 'A///length'],
    SAME('(new %e (seq (canon "bob" %e #%ee) LOOK))', '#%ee', ''),
    [
      '(seq (seq (ap ("a" "v") %m) (ap ("b" o.$.a) %m)) (seq (canon "bob" %m #%c) (fold #%c i (seq (par LOOK2 (next i)) (null)))))',
      'i',
      'A///',
      'A/s/obj/.$.a',
    ],
    SAME(inMap('(seq (canon "bob" %m sc) LOOK)'), 'sc', 'A///'),
    [inMap('(seq (canon "bob" %m sc) LOOK)'), 'sc.$.lit', 'I///', 'A///.$.lit'],
    [inMap('(seq (canon "bob" %m sc) (seq (ap sc.$.lit q) LOOK))'), 'q', 'I///', 'A///.$.lit'],
  ],
  errors: [
    [failed('LOOK'), '%last_error%', 'A/s/err/:error:', 'A/s/err/'],
    [failed('LOOK'), '%last_error%.$.message', 'A/s/err/:error:.$.message', 'A/s/err/'],
    [failed('LOOK'), ':error:.$.peer_id', 'A/s/err/:error:.$.peer_id', 'A/s/err/'],
    [failed('(seq (ap %last_error% e) LOOK)'), 'e', 'A/s/err/:error:', 'A///'],
    [failed('(seq (ap %last_error% e) LOOK)'), 'e.$.message', 'A/s/err/:error:.$.message', 'A///.$.message'],
    [failed('(seq (ap :error:.$.message w) LOOK)'), 'w', 'A/s/err/:error:.$.message', 'A///'],
    SAME('(xor (match 1 2 (null)) LOOK)', '%last_error%', 'I///'),
    SAME('(xor (match 1 2 (null)) LOOK)', ':error:', 'I///'),
    SAME('(xor (fail 1 "x") LOOK)', '%last_error%', 'I///'),
    SAME('(xor (fail 1 "x") LOOK)', ':error:', 'I///'),
    SAME('(xor (fail o.$.e) LOOK)', '%last_error%', 'A/s/obj/.$.e'),
    SAME('(xor (fail o.$.e) LOOK)', ':error:', 'I///'),
    SAME('(xor (fail o.$.e) (seq (ap %last_error% e) LOOK))', 'e', 'A/s/obj/.$.e'),
    ['(xor (fail o.$.e) LOOK)', '%last_error%.$.message', 'A/s/obj/.$.e.message', 'A/s/obj/.$.e'],
    SAME('(xor (ap o.$.nope x) LOOK)', '%last_error%', 'I///'),
    SAME('(xor (ap o.$.nope x) LOOK)', ':error:', 'I///'),
    SAME('(xor (canon o.$.n $s #s) LOOK)', '%last_error%', 'I///'),
    SAME('(xor (canon o.$.n $s #s) LOOK)', ':error:', 'I///'),
    ['(xor (call "carol" ("s" "f") [o.$.nope]) LOOK)', '%last_error%', 'B/s/f/:error:', 'B/s/f/'],
    ['(xor (call "carol" ("s" "f") [o.$.nope]) LOOK)', ':error:', 'B/s/f/:error:', 'B/s/f/'],
    SAME('(xor (call o.$.n ("s" "f") []) LOOK)', '%last_error%', 'I///'),
    SAME('(xor (call o.$.n ("s" "f") []) LOOK)', ':error:', 'I///'),
  ],
};

/** Which `LOOK` of a fold is asked: the nth request on its peer. `LOOKB` is on carol. */
function scriptOf(fragment: string, argument: string): { air: string; nth: number } {
  const nth = Number(/LOOKB?([123])/.exec(fragment)?.[1] ?? 1);
  const body = fragment.replace(
    /LOOK(B?)[123]?/,
    (_, onCarol: string) => `(call "${onCarol === '' ? 'bob' : 'carol'}" ("x" "look") [${argument}])`,
  );
  const air = `(seq (call "bob" ("s" "obj") [] o) (seq (call "bob" ("s" "arr") [] arr) ${body}))`;
  return { air: withIds(air), nth };
}

interface Asked {
  readonly id: number;
  readonly functionName: string;
  readonly text: string;
  readonly holds: boolean | undefined;
}

interface Engine {
  run(
    name: string,
    air: string,
    prev: Uint8Array,
    current: Uint8Array,
    results: ReadonlyMap<number, { retCode: number; text: string }>,
  ): Promise<{ data: Uint8Array; nextPeerIds: readonly string[]; asked: Asked[]; message: string }>;
}

const NONE = new Uint8Array(0);
const letters = (text: string): string =>
  withNames(text).replaceAll('alice', 'I').replaceAll('bob', 'A').replaceAll('carol', 'B');

/** Runs a script until the looked-at call is asked for the nth time. */
async function look(engine: Engine, { air, nth }: { air: string; nth: number }): Promise<Asked> {
  const known = new Map<string, Uint8Array>();
  const queue: { to: string; data: Uint8Array; results: Map<number, { retCode: number; text: string }> }[] = [
    { to: 'bob', data: NONE, results: new Map() },
  ];
  const looks: Asked[] = [];
  let message = '';
  for (let turn = queue.shift(); turn !== undefined; turn = queue.shift()) {
    const { to, data, results } = turn;
    const outcome = await engine.run(to, air, known.get(to) ?? NONE, data, results);
    known.set(to, outcome.data);
    message ||= outcome.message;
    looks.push(...outcome.asked.filter(({ functionName }) => functionName === 'look'));
    if (looks.length >= nth) return looks[nth - 1] as Asked;
    for (const { id, functionName } of outcome.asked) {
      const text = ANSWERS[functionName];
      const result = text === undefined ? { retCode: 1, text: '"no"' } : { retCode: 0, text };
      queue.push({ to, data: NONE, results: new Map([[id, result]]) });
    }
    for (const peerId of outcome.nextPeerIds)
      queue.push({ to: withNames(peerId), data: outcome.data, results: new Map() });
  }
  throw new Error(`never asked: ${message} ${withNames(air)}`);
}

const beryl: Engine = {
  run(name, air, prevData, currentData, results) {
    const { data, nextPeerIds, callRequests, errorMessage } = execute({
      air,
      prevData,
      currentData,
      callResults: new Map(
        [...results].map(([id, { retCode, text }]) => [id, { retCode, resultJson: text }]),
      ),
      params: {
        initPeerId: idOf('alice'),
        currentPeerId: idOf(name),
        secretKey: seedOf(name),
        timestamp: 1,
        ttl: 2,
        particleId: 'p',
        particleSignature: signer('alice').sign(utf8(air)),
      },
    });
    const asked = [...callRequests].map(([id, { functionName, tetraplets, argumentsJson }]) => {
      const list = tetraplets[0] ?? [];
      const value = (parseJson(argumentsJson) as readonly Json[])[0];
      const text = list.map(t => `${t.peerId}/${t.serviceId}/${t.functionName}/${t.getter}`).join(' ');
      return { id, functionName, text: letters(text), holds: holds(list, value) };
    });
    return Promise.resolve({ data, nextPeerIds, asked, message: errorMessage });
  },
};

/** The rule: what a tetraplet with a service says is what stands in the recorded answer. */
function holds(
  list: readonly { serviceId: string; functionName: string; getter: string }[],
  value: Json | undefined,
): boolean {
  return list.every(({ serviceId, functionName, getter }, i) => {
    if (serviceId === '' || getter.startsWith(':error:')) return true;
    const element = list.length === 1 ? value : Array.isArray(value) ? (value[i] as Json) : undefined;
    if (element === undefined) return true;
    const part = applyGetter(parseJson(ANSWERS[functionName] as string), getter);
    return part !== undefined && equalJson(part, element);
  });
}

let aquavm: Engine;

beforeAll(async () => {
  const oracle = await Oracle.open();
  aquavm = {
    async run(name, air, prev, current, results) {
      const params = {
        initPeerId: idOf('alice'),
        currentPeerId: idOf(name),
        secretKeyBytes: seedOf(name),
        timestamp: 1,
        ttl: 2,
        particleId: 'p',
      };
      const outcome = await oracle.invoke(params, air, prev, current, results);
      if (outcome === undefined) throw new Error(`AquaVM trapped: ${withNames(air)}`);
      const asked = [...outcome.callRequests].map(([id, { functionName, tetraplets }]) => {
        const text = (tetraplets[0] ?? [])
          .map(t => `${t.peer_pk}/${t.service_id}/${t.function_name}/${t.lens}`)
          .join(' ');
        return { id, functionName, text: letters(text), holds: undefined };
      });
      return { data: outcome.data, nextPeerIds: outcome.nextPeerIds, asked, message: outcome.errorMessage };
    },
  };
});

describe.each(Object.entries(TABLE))('tetraplets of %s', (_, rows) => {
  it.each(rows.map(row => [row[1], row[0], row[2], row[3]] as const))(
    '%s in %s is %s (AquaVM: %s)',
    async (argument, fragment, ours, theirs) => {
      const script = scriptOf(fragment, argument);
      const found = await look(beryl, script);
      expect({ beryl: found.text, aquavm: (await look(aquavm, script)).text }).toEqual({
        beryl: ours,
        aquavm: theirs,
      });
      expect(found.holds).toBe(true);
    },
  );
});
