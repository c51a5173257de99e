import { current, isDraft } from 'immer';
import { describe, expect, test } from 'vitest';
import { defineService, startService } from '../../../services/index.ts';

interface State {
  n: number;
  list: { id: number; tags: string[] }[];
  map: Record<string, { n: number }>;
}
const start = () =>
  startService(
    defineService({
      id: 's',
      state: {
        n: 0,
        list: [
          { id: 1, tags: ['a'] },
          { id: 2, tags: [] },
        ],
        map: { a: { n: 1 } },
      } as State,
      functions: {},
    }),
  );

const LATE = new TypeError('s: late write or read of the state: the call has ended; await all work first');

describe('a draft after its call', () => {
  test.each(['commit', 'drop'] as const)('fails with a message about late writes (%s)', async end => {
    const turn = start().takeTurn();
    if (turn === undefined) throw new TypeError('no turn');
    const state = turn.draft();
    const { list, map } = state;
    const [first] = list;
    const { tags } = first as State['list'][number];
    turn[end]();
    const late: (() => unknown)[] = [
      () => (state.n = 1),
      () => state.n,
      () => delete (state as Partial<State>).n,
      () => 'n' in state,
      () => Object.keys(state),
      () => list.push({ id: 3, tags: [] }),
      () => (list.length = 0),
      () => tags.push('b'),
      () => (map['b'] = { n: 2 }),
      () => ((map['a'] as { n: number }).n = 5),
      () => turn.draft(),
    ];
    for (const write of late) expect(write).toThrow(LATE);
  });
});

test('the message names the function whose call had ended', () => {
  const turn = start().takeTurn('add');
  const state = turn?.draft();
  turn?.drop();
  expect(() => state?.n).toThrow('s.add: late write or read of the state');
});

// Plain JavaScript has no types to stop it.
/* oxlint-disable typescript/no-explicit-any */
describe('state that is used as what it is not', () => {
  const symbol = Symbol('s');
  const misuses: [string, (state: any) => unknown][] = [
    ['no property of it can be defined', s => Object.defineProperty(s, 'x', { value: 1 })],
    ['no property of it can be defined', s => Object.defineProperty(s.list, '0', { get: () => 1 })],
    ['its prototype cannot be set', s => Object.setPrototypeOf(s, null)],
    ['it cannot be frozen or sealed', s => Object.freeze(s)],
    ['it cannot be frozen or sealed', s => Object.seal(s.list)],
    ['`__proto__` is not a key', s => (s.__proto__ = { n: 1 })],
    ['`__proto__` is not a key', s => (s.map.a['__proto__'] = 1)],
    ['a symbol is not a key', s => (s[symbol] = 1)],
    ['`name` is not an index of a list', s => (s.list.name = 1)],
    ['`-1` is not an index of a list', s => (s.list[-1] = 1)],
    ['`name` is not an index of a list', s => delete s.list.name],
  ];
  test.each(misuses)('%s', (why, misuse) => {
    const turn = start().takeTurn();
    const state = turn?.draft();
    expect(() => misuse(state)).toThrow(`the state is plain JSON data: ${why}`);
    turn?.drop();
  });

  test.each([
    ['itself', (s: any) => (s.self = s)],
    [
      'a new object that holds itself',
      (s: any) => {
        const o: any = {};
        o.o = o;
        s.o = o;
      },
    ],
    ['a function', (s: any) => (s.f = () => 1)],
    ['a map', (s: any) => (s.m = new Map([[1, s.list]]))],
  ] as [string, (state: any) => unknown][])(
    'a state that holds %s is refused in plain words',
    (_, misuse) => {
      const turn = start().takeTurn();
      misuse(turn?.draft());
      expect(() => turn?.commit()).toThrow(/^(?!.*\[Immer\]).*$/);
    },
  );
});

/* oxlint-enable typescript/no-explicit-any */

describe('a draft in its call behaves as Immer’s own', () => {
  function change(recipe: (state: State) => unknown): [State, unknown] {
    const instance = start();
    const turn = instance.takeTurn();
    if (turn === undefined) throw new TypeError('no turn');
    recipe(turn.draft() as State);
    const change = turn.commit();
    return [instance.state as State, change?.patches.length ?? 0];
  }
  const before = start().state as State;

  test.each([
    ['set', s => void (s.n = 5), { ...before, n: 5 }],
    ['nothing', () => undefined, before],
    [
      'push',
      s => void s.list.push({ id: 3, tags: [] }),
      { ...before, list: [...before.list, { id: 3, tags: [] }] },
    ],
    [
      'filter',
      s => void (s.list = s.list.filter(({ id }) => id === 2)),
      { ...before, list: [before.list[1]] },
    ],
    ['splice', s => void s.list.splice(0, 1), { ...before, list: [before.list[1]] }],
    ['sort', s => void s.list.sort((a, b) => b.id - a.id), { ...before, list: before.list.toReversed() }],
    ['delete', s => void delete s.map['a'], { ...before, map: {} }],
    [
      'a nested write',
      s => void s.list[0]?.tags.push('b'),
      { ...before, list: [{ id: 1, tags: ['a', 'b'] }, before.list[1]] },
    ],
    [
      'a part that moves',
      s => {
        const [first] = s.list;
        if (first !== undefined) first.tags = s.list[1]?.tags ?? [];
        s.list[1] = { id: 9, tags: first?.tags ?? [] };
      },
      {
        ...before,
        list: [
          { id: 1, tags: [] },
          { id: 9, tags: [] },
        ],
      },
    ],
    [
      'a part inside a new value',
      s => void (s.map = { kept: s.map['a'] ?? { n: 0 } }),
      { ...before, map: { kept: { n: 1 } } },
    ],
  ] as [string, (state: State) => unknown, State][])('%s', (_, recipe, after) => {
    expect(change(recipe)[0]).toEqual(after);
  });

  test('identity, kind and copies', () => {
    change(state => {
      expect(state.list).toBe(state.list);
      expect(state.list.indexOf(state.list[1] as State['list'][number])).toBe(1);
      expect(state.list.includes(state.list[0] as State['list'][number])).toBe(true);
      expect(Array.isArray(state.list)).toBe(true);
      expect(isDraft(state)).toBe(true);
      state.n = 3;
      (state.list[0] as State['list'][number]).id = 7;
      expect(current(state)).toEqual({ ...before, n: 3, list: [{ id: 7, tags: ['a'] }, before.list[1]] });
      expect(JSON.parse(JSON.stringify(state))).toEqual(current(state));
      expect({ ...state }.n).toBe(3);
      expect(Object.entries(state.map)).toHaveLength(1);
    });
  });

  test('the state stays frozen, and drafts do not get into it', () => {
    const [state] = change(s => void (s.list = s.list.map(item => item)));
    expect(Object.isFrozen(state.list)).toBe(true);
    expect(state.list.some(isDraft)).toBe(false);
    expect(() => structuredClone(state)).not.toThrow();
  });
});
