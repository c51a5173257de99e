import { describe, expect, test } from 'vitest';
import { expectThat, okJson, type Guard, type StandardSchemaV1 } from '../../services/index.ts';
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
const hostile = {
  get x(): never {
    throw new Error('trap');
  },
};
class Point {
  readonly x = 1;
}

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

  test('the error says where', async () => {
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
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['what cannot be shown', Object.create(null), 'a value that cannot be shown was thrown'],
    ['an error with half a character', new Error('a\ud800b'), 'a\ufffdb'],
  ])('%s', async (_, thrown, text) => {
    const { decision, state } = await run(thrower(thrown));
    expect(summary(decision)).toBe('failed handler ERR_HANDLER_FAILED');
    expect(textOf(decision)).toBe(text);
    expect(state).toEqual({ n: 0, list: [] });
  });

  test('a promise that is none', async () => {
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

  test('a schema that throws, or turns asynchronous, refuses', async () => {
    const answers = [thrower(new Error('trap')), async () => ({ value: 1 })];
    for (const answer of answers) {
      const schema: StandardSchemaV1 = {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: value => (value === undefined ? { issues: [] } : answer()),
        },
      };
      const { decision } = await run(() => 1, { schema });
      expect(summary(decision)).toBe('refused arguments ERR_CALL_ARGUMENTS');
    }
  });
});
