import { describe, expect, test } from 'vitest';
import { runInNewContext } from 'node:vm';
import { expectThat, fail, ok, okJson, type Guard, type StandardSchemaV1 } from '../../services/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import { run } from '../support/handler.ts';
import { summary, textOf } from '../unit/services/harness.ts';

// Goal:    a service's peer falls over, or keeps a change that was not answered for.
// Means:   a guard, schema or handler that throws, or answers what is not JSON.
// Refused: by dispatch and runHandler; a call ends in JSON or in a failure with a code.
const cycle = (): unknown => {
  const self: Record<string, unknown> = {};
  self['self'] = self;
  return self;
};
const hostileVerdict = {
  get issues(): never {
    throw new Error('trap');
  },
};
const hostile = {
  get x(): never {
    throw new Error('trap');
  },
};
class Point {
  readonly x = 1;
}

const trap = (): never => {
  throw new Error('trap');
};
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const UNSHOWN = 'a value that cannot be shown was thrown';

describe('refusals', () => {
  test.each([
    ['a text', 'sold out', 'sold out'],
    ['an error', new RangeError('too much'), 'too much'],
    ['an error without a message', new RangeError(), 'RangeError'],
    ['an error whose name is not text', Object.assign(new Error(), { name: 7 }), '7'],
    ['nothing', undefined, 'the function failed without a reason'],
    ['null', null, 'the function failed without a reason'],
    ['a number', 7, '7'],
    ['an integer of 64 bits', 2n ** 60n, '1152921504606846976'],
    ['an object', { why: ['sold out'] }, '{"why":["sold out"]}'],
    ['an object that is not JSON', { why: () => 1 }, '[object Object]'],
    ['a function', Object.assign(() => 1, { toString: () => 'f' }), 'f'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a promise', Promise.resolve(1), '[object Promise]'],
    ['an object that throws', hostile, '[object Object]'],
    ['a proxy that throws', new Proxy({}, { get: trap, getPrototypeOf: trap }), UNSHOWN],
    ['a revoked proxy', revoked(), UNSHOWN],
    ['an object without prototype', Object.create(null), '{}'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
  ])('fail(%s)', async (_, reason, text) => {
    const { decision, state } = await run(() => fail(reason));
    expect(summary(decision)).toBe('failed handler ERR_CALL_FAILED');
    expect(textOf(decision)).toBe(text);
    expect(state).toEqual({ n: 0, list: [] });
  });

  test.each([
    [
      'a function',
      () =>
        Promise.resolve().then(() => {
          throw fail('sold out', { left: 0 });
        }),
    ],
    [
      'the handler itself',
      () => {
        throw fail('sold out', { left: 0 });
      },
    ],
    ['a promise', () => Promise.reject(fail('sold out', { left: 0 }) as unknown as Error)],
    ['a return', () => fail('sold out', { left: 0 })],
  ] as [string, () => unknown][])(
    'a refusal is one, however it leaves the handler: %s',
    async (_, handler) => {
      const { decision, state } = await run(handler);
      expect(summary(decision)).toBe('failed handler ERR_CALL_FAILED');
      expect(textOf(decision)).toBe('sold out');
      expect(decision).toMatchObject({ details: { left: 0 } });
      expect(state).toEqual({ n: 0, list: [] });
    },
  );

  test.each([
    ['JSON', { left: [0] }, { left: [0] }],
    ['a cycle', cycle(), expect.stringMatching(/^left out: /)],
    ['an object that throws', hostile, 'left out: trap'],
    ['undefined inside', { a: undefined }, expect.stringMatching(/^left out: /)],
  ])('details: %s', async (_, details, kept) => {
    const { decision } = await run(() => fail('no', details as JsonValue));
    expect(decision).toMatchObject({ code: 'ERR_CALL_FAILED', details: kept });
    expect(() => JSON.stringify(decision)).not.toThrow();
  });

  test('promises that reject end nothing, wherever they stand', async () => {
    const rejected = (): Promise<never> => Promise.reject(new Error('unhandled'));
    const handlers = [
      () => fail(rejected()),
      () => fail({ inside: rejected() }),
      () => fail('no', { inside: [rejected()] } as unknown as JsonValue),
      () => okJson(rejected() as unknown as string),
      () => {
        throw rejected();
      },
    ];
    for (const handler of handlers) expect((await run(handler)).decision.kind).toBe('failed');
  });

  test('a class of its own in place of fail', async () => {
    class Odd extends Error {
      override get message(): never {
        throw new Error('trap');
      }
    }
    expect(textOf((await run(() => fail(Object.create(Odd.prototype)))).decision)).toBe(UNSHOWN);
  });
});

describe('promises that were forgotten', () => {
  const never = () => Promise.reject(new Error('unhandled'));
  test.each([
    ['inside', () => ({ a: { b: never() } }), 'a.b'],
    ['in a list', () => ({ list: [1, { x: Promise.resolve(1) }] }), 'list.[1].x'],
    ['several, all of which reject', () => [never(), never()], '[0]'],
    ['in ok', () => ok(never()), 'ok(…)'],
    ['inside of ok', () => ok({ a: never() }), 'a'],
    // oxlint-disable-next-line unicorn/no-thenable
    ['a thenable of a library', () => ({ row: { then: () => undefined } }), 'row'],
  ])('%s', async (_, handler, path) => {
    const { decision, state } = await run(handler);
    expect(summary(decision)).toBe('failed result ERR_HANDLER_RESULT');
    expect(textOf(decision)).toBe(`\`s.f\` returned a Promise inside \`${path}\`: await it`);
    expect(state).toEqual({ n: 0, list: [] });
  });

  test('in the state', async () => {
    const { decision } = await run(({ state }) => void state.list.push({ row: never() }));
    expect(summary(decision)).toBe('failed result ERR_HANDLER_STATE');
    expect(textOf(decision)).toBe('the new state is not JSON: `state.list.0.row` is a Promise: await it');
  });

  test('the honest twin', async () => {
    const { decision } = await run(async () => ({ a: await Promise.resolve(1) }));
    expect(decision.result).toEqual({ retCode: 0, resultJson: '{"a":1}' });
  });
});

describe('answers that are not JSON', () => {
  test.each([
    ['an integer beyond 2^53', () => 2n ** 60n],
    ['a part of the state', ({ state }: { state: unknown }) => ({ inside: [state] })],
    ['text that is JSON', () => okJson('[1]')],
  ])('the honest twin: %s', async (_, handler) => {
    const { decision, state } = await run(handler);
    expect(summary(decision)).toBe('served result');
    expect(state).toEqual({ n: 1, list: [] });
  });

  test.each([
    ['an integer beyond 64 bits', () => 2n ** 70n],
    ['NaN', () => ({ a: [NaN] })],
    ['Infinity', () => Infinity],
    ['a cycle', cycle],
    ['undefined inside', () => [1, undefined]],
    ['a function', () => () => 1],
    ['a symbol', () => Symbol('x')],
    ['an instance', () => new Point()],
    ['bytes', () => new Uint8Array(2)],
    ['a lone surrogate', () => '\ud800'],
    ['a getter that throws', () => hostile],
    ['a proxy that throws', () => new Proxy({}, { ownKeys: () => hostile.x })],
    ['text that is not JSON', () => okJson('{')],
    ['nesting without end', () => Array.from({ length: 5000 }).reduce<unknown>(inner => [inner], 1)],
  ])('%s', async (_, handler) => {
    const { decision, state } = await run(handler);
    expect(summary(decision)).toBe('failed result ERR_HANDLER_RESULT');
    expect(textOf(decision)).toMatch(/^the answer is not JSON: /);
    expect(state).toEqual({ n: 0, list: [] });
  });

  test('the error names the place', async () => {
    const { decision } = await run(() => ({ items: [0, { price: NaN }] }));
    expect(textOf(decision)).toContain('result.items[1].price');
  });
});

describe('state that is not JSON', () => {
  test.each([
    ['bytes', new Uint8Array(2)],
    ['undefined', undefined],
    ['NaN', NaN],
    ['a map', new Map()],
    ['an instance', new Point()],
    ['a cycle', cycle()],
  ])('%s', async (_, value) => {
    const { decision, state } = await run(call => void call.state.list.push({ value }));
    expect(decision.kind).toBe('failed');
    expect(state).toEqual({ n: 0, list: [] });
  });
});

describe('exceptions', () => {
  const thrower = (thrown: unknown) => () => {
    throw thrown;
  };
  test.each([
    ['an error', new Error('no'), 'no'],
    ['an error without a message', new RangeError(), 'RangeError'],
    ['a text', 'plain', 'plain'],
    ['nothing', undefined, 'undefined'],
    ['an error whose name is not text', Object.assign(new Error(), { name: 7 }), '7'],
    ['an error whose message is not text', Object.assign(new Error(), { message: {} }), 'Error'],
    ['an object with a message', { message: 'sold out' }, 'sold out'],
    ['an object whose message throws', Object.defineProperty({}, 'message', { get: trap }), UNSHOWN],
    ['an object whose text is not text', { toString: () => ({}) }, UNSHOWN],
    ['a proxy that throws', new Proxy({}, { get: trap, getPrototypeOf: trap }), UNSHOWN],
    ['a revoked proxy', revoked(), UNSHOWN],
    ['a function', Object.assign(() => 1, { toString: () => 'f' }), 'f'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['what cannot be shown', Object.create(null), 'a value that cannot be shown was thrown'],
    ['an error with half a character', new Error('a\ud800b'), 'a\ufffdb'],
  ])('%s', async (_, thrown, text) => {
    const { decision, state } = await run(thrower(thrown));
    expect(summary(decision)).toBe('failed handler ERR_HANDLER_FAILED');
    expect(textOf(decision)).toBe(text);
    expect(state).toEqual({ n: 0, list: [] });
  });

  test('an object that only looks like a promise', async () => {
    // oxlint-disable-next-line unicorn/no-thenable
    const { decision } = await run(() => ({ then: thrower(new Error('trap')) }));
    expect(summary(decision)).toBe('failed handler ERR_HANDLER_FAILED');
  });

  test('a message of a megabyte is cut', async () => {
    const { decision } = await run(thrower(new Error('x'.repeat(1_000_000))));
    expect(textOf(decision)).toBe(`${'x'.repeat(4096)}…`);
  });

  test('a guard that throws, or does not answer, denies', async () => {
    const guards = [
      expectThat('is fine', thrower(new Error('secret'))),
      // A guard written in JavaScript may answer anything.
      { check: async () => undefined } as unknown as Guard,
      { check: () => false } as unknown as Guard,
      { check: () => ({ kind: 'unheard of' }) } as unknown as Guard,
      expectThat('is fine', (() => 'yes') as unknown as () => boolean),
    ];
    for (const guard of guards) {
      const { decision } = await run(() => 1, { guard });
      expect(summary(decision)).toBe('denied guards ERR_CALL_DENIED_GUARD');
      expect(textOf(decision)).toMatch(/could not be checked: its guard failed|argument `x` is fine/);
      expect(textOf(decision)).not.toContain('secret');
    }
    expect(summary((await run(() => 1, { guard: expectThat('is fine', () => true) })).decision)).toBe(
      'served result',
    );
  });

  test('a guard whose answer rejects, or cannot be kept, denies', async () => {
    const guards = [
      { check: () => Promise.reject(new Error('unhandled')) },
      { check: () => ({ kind: 'custom', text: 'x', more: hostile }) },
      { check: () => ({ kind: 'custom', text: 'x', more: cycle() }) },
      { check: () => revoked() },
      expectThat('is fine', (() => Promise.reject(new Error('unhandled'))) as unknown as () => boolean),
    ] as unknown as Guard[];
    for (const guard of guards) {
      const { decision } = await run(() => 1, { guard });
      expect(summary(decision)).toBe('denied guards ERR_CALL_DENIED_GUARD');
      expect(() => JSON.stringify(decision)).not.toThrow();
    }
  });

  test('a schema that gives no verdict refuses', async () => {
    const answers = [
      thrower(new Error('trap')),
      thrower(revoked()),
      async () => ({ value: 1 }),
      () => Promise.reject(new Error('unhandled')),
      // What a promise of another realm, or of a library, looks like.
      // oxlint-disable-next-line unicorn/no-thenable
      () => ({ value: 1, then: (resolve: (verdict: unknown) => void) => resolve({ value: 1 }) }),
      () => runInNewContext('Promise.resolve({ value: 1 })'),
      () => runInNewContext('Promise.reject(new Error("unhandled"))'),
      () => undefined,
      () => true,
      () => ({}),
      () => ({ issues: null }),
      () => ({ issues: [] }),
      () => ({ issues: [{ message: hostile }] }),
      () => ({ issues: [{ message: 'x', path: [hostile] }] }),
      () => ({ issues: 'none' }),
      () => hostileVerdict,
      () => revoked(),
    ];
    for (const answer of answers) {
      const schema: StandardSchemaV1 = {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: value => (value === undefined ? { issues: [] } : answer()) as { value: unknown },
        },
      };
      const { decision } = await run(() => 1, { schema });
      expect(summary(decision)).toBe('refused arguments ERR_CALL_ARGUMENTS');
    }
  });
});

describe('thenables', () => {
  type Then = (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void;
  // oxlint-disable-next-line unicorn/no-thenable
  const thenable = (then: Then): object => ({ then });
  const self = (): object => {
    const o: { then?: Then } = {};
    // oxlint-disable-next-line unicorn/no-thenable
    o.then = resolve => resolve(o);
    return o;
  };
  class Odd extends Promise<unknown> {
    // oxlint-disable-next-line unicorn/no-thenable
    override then(resolve?: unknown): never {
      (resolve as (value: unknown) => void)(this);
      return undefined as never;
    }
  }

  test.each([
    ['itself', self],
    ['another one that gives itself', () => thenable(resolve => resolve(self()))],
    [
      'a new one each time',
      function next(): object {
        return thenable(resolve => resolve(next()));
      },
    ],
    ['itself, as a subclass of Promise', () => new Odd(() => undefined)],
  ] as [string, () => unknown][])(
    'one that resolves to %s fails the call, and hangs nothing',
    async (_, handler) => {
      const { decision, state } = await run(handler, { timeoutMs: 100 });
      expect(summary(decision)).toBe('failed handler ERR_HANDLER_FAILED');
      expect(textOf(decision)).toContain('a thenable that is not a promise gave another one');
      expect(state).toEqual({ n: 0, list: [] });
    },
  );

  test('one that resolves to itself inside an answer hangs nothing', async () => {
    const { decision } = await run(() => ({ a: [self()] }), { timeoutMs: 100 });
    expect(textOf(decision)).toContain('returned a Promise inside');
  });

  test.each([
    ['a value', () => thenable(resolve => resolve(5))],
    ['a promise', () => thenable(resolve => resolve(Promise.resolve(5)))],
    ['a value, later', () => thenable(resolve => void Promise.resolve().then(() => resolve(5)))],
    ['a value, from another realm', () => runInNewContext('Promise.resolve(5)') as unknown],
  ] as [string, () => unknown][])('an honest one gives %s', async (_, handler) => {
    const { decision } = await run(handler);
    expect([summary(decision), JSON.stringify(decision.result)]).toEqual([
      expect.stringContaining('served'),
      '{"retCode":0,"resultJson":"5"}',
    ]);
  });
});
