import { canonicalJson, type CallResult, type JsonValue } from '../../interpreter/index.ts';
import type { Chance } from './chance.ts';

export type Results = Map<number, CallResult>;
type ResultMutation = (results: Results, chance: Chance) => void;

const TEXTS = [
  '',
  ' ',
  '{',
  '[1,]',
  'NaN',
  'nul',
  '"\\ud800"',
  '"\ud800"',
  '\ufeff1',
  '1e999',
  '-1e-999',
  '1'.repeat(400),
  '0.'.padEnd(400, '1'),
  '18446744073709551616',
  '01',
  '{"a":1,"a":2}',
  '{"__proto__":{"a":1}}',
  '['.repeat(127) + ']'.repeat(127),
  '['.repeat(128) + ']'.repeat(128),
  '['.repeat(20_000),
  '{"a":'.repeat(5_000),
  `"${'é'.repeat(30_000)}"`,
  `[${'0,'.repeat(1000)}0]`,
  'null null',
  '"tab\there"',
  '"\u0000"',
];

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
let deep: unknown = 1;
for (let i = 0; i < 200; i++) deep = [deep];

const VALUES: readonly unknown[] = [
  undefined,
  null,
  NaN,
  Infinity,
  -0,
  1e308,
  2 ** 53,
  10n,
  Symbol('s'),
  () => 1,
  new Date(0),
  new Map(),
  [undefined],
  Object.assign([], { length: 3 }),
  cyclic,
  deep,
  '\ud800',
  { ['\udfff']: 1 },
  Object.create(null),
  JSON.parse('{"__proto__":1}'),
];

const CODES = [1, -1, 7, 0x7fff_ffff, -0x8000_0000, 0x8000_0000, 1.5, NaN, '0', undefined];
const IDS = [0, -1, 1.5, 99, 0xffff_ffff, 2 ** 32, NaN, '1'];

/** Of one answer: the text as it is, or a value. */
const answering = (make: (chance: Chance) => object): ResultMutation => {
  return (results, chance) => void results.set(chance.of([...results.keys(), 1]), make(chance) as CallResult);
};

export const RESULT_MUTATIONS: Readonly<Record<string, ResultMutation>> = {
  'result: another text': answering(chance => ({ retCode: 0, resultJson: chance.of(TEXTS) })),
  'result: another value': answering(chance => ({ retCode: 0, result: chance.of(VALUES) as JsonValue })),
  'result: a failure': answering(chance => ({ retCode: 1, resultJson: chance.of(TEXTS) })),
  'result: another code': answering(chance => ({
    retCode: chance.of(CODES),
    resultJson: chance.of(['1', 'x']),
  })),
  'result: of another shape': answering(chance =>
    chance.of<object>([{}, [], { resultJson: 1, retCode: 0 }, { retCode: 0 }, null as never]),
  ),
  'result: under another id': (results, chance) => {
    const id = chance.of([...results.keys(), 1]);
    const result = results.get(id) as CallResult;
    if (chance.is(0.5)) results.delete(id);
    results.set(chance.of(IDS) as number, result);
  },
  'result: two change places': (results, chance) => {
    const ids = chance.shuffled([...results.keys()]);
    const [one, other] = [ids[0] as number, ids.at(-1) as number];
    const kept = results.get(one) as CallResult;
    results.set(one, results.get(other) as CallResult);
    results.set(other, kept);
  },
  'result: none': results => results.clear(),
  'result: a large one': answering(chance => ({
    retCode: 0,
    resultJson: canonicalJson(Array.from({ length: chance.of([100, 2000]) }, (_, i) => i)),
  })),
};
