/**
 * Goal: bring down the peer, or keep a change that was not answered for. Means: a guard, schema or handler that throws,
 * hangs, answers what is not JSON or works on after its time. Refused by: dispatch, which always settles.
 */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineService, expectThat, okJson } from '../../services/index.ts';
import type { CallContext, Guard, StandardSchemaV1 } from '../../services/index.ts';
import { STATE_QUEUE_MAX } from '../../services/limits.ts';
import { TTL_MS, settle, summary, textOf, valueOf, world } from '../unit/services/harness.ts';

type Handler = (call: CallContext<{ n: number; list: unknown[] }, 'x'>) => unknown;

function serviceOf(
  handler: Handler,
  options: { guard?: Guard; timeoutMs?: number; schema?: StandardSchemaV1 } = {},
) {
  const { guard, timeoutMs, schema = z.unknown() } = options;
  return defineService({
    id: 's',
    state: { n: 0, list: [] as unknown[] },
    functions: {
      f: {
        arguments: { x: schema },
        guards: guard ? { x: guard } : {},
        ...(timeoutMs !== undefined && { timeoutMs }),
        handler(_, call) {
          call.state.n += 1;
          return handler(call);
        },
      },
      read: { arguments: {}, guards: {}, handler: (_, { state }) => state.n },
    },
  });
}

async function run(...definition: Parameters<typeof serviceOf>) {
  const it = world([serviceOf(...definition)]);
  const decision = await it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
  return { decision, state: it.instances[0]?.state };
}

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

describe('handlers that hang', () => {
  const never = () => new Promise(() => undefined);

  test.each([
    ['its own time is up', 500, 500],
    ['the particle expires', undefined, TTL_MS],
    ['the particle expires first', TTL_MS * 2, TTL_MS],
  ])('until %s', async (_, timeoutMs, afterMs) => {
    let signal: AbortSignal | undefined;
    const service = serviceOf(
      call => {
        signal = call.signal;
        return never();
      },
      timeoutMs === undefined ? {} : { timeoutMs },
    );
    const it = world([service]);
    const pending = it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    await it.clock.advance(afterMs - 1);
    expect(signal?.aborted).toBe(false);
    await it.clock.advance(1);
    const decision = await pending;
    expect(summary(decision)).toBe('failed handler ERR_HANDLER_TIMEOUT');
    expect(textOf(decision)).toBe(`\`s.f\` gave no answer within ${afterMs} ms`);
    expect(signal?.reason).toMatchObject({ code: 'ERR_HANDLER_TIMEOUT' });
    expect(it.instances[0]?.state).toEqual({ n: 0, list: [] });
    expect(it.clock.pending).toBe(0);
  });

  test('what it does after its time changes nothing, and it learns so', async () => {
    let late: unknown;
    let wake: () => void = () => undefined;
    const slept = new Promise<void>(resolve => (wake = resolve));
    const it = world([
      serviceOf(
        async ({ state }) => {
          await slept;
          try {
            state.n = 99;
          } catch (error) {
            late = error;
          }
        },
        { timeoutMs: 10 },
      ),
    ]);
    const pending = it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    await it.clock.advance(10);
    await pending;
    wake();
    await settle();
    expect(late).toBeInstanceOf(TypeError);
    expect(valueOf(await it.call({ service: 's', fn: 'read' }))).toBe(0);
  });

  test('others wait for their turn, but not longer than for its time', async () => {
    const it = world([serviceOf(never, { timeoutMs: 10 })]);
    const hanging = it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    const waiting = it.call({ service: 's', fn: 'read' });
    await it.clock.advance(10);
    expect(summary(await hanging)).toBe('failed handler ERR_HANDLER_TIMEOUT');
    expect(valueOf(await waiting)).toBe(0);
  });

  test('who waits too long never runs', async () => {
    let ran = 0;
    const it = world([serviceOf(() => ((ran += 1), never()))]);
    const calls = [1, 2, 3].map(value => it.call({ service: 's', fn: 'f', args: [{ value }] }));
    await it.clock.advance(TTL_MS);
    expect((await Promise.all(calls)).map(summary)).toEqual(
      calls.map(() => 'failed handler ERR_HANDLER_TIMEOUT'),
    );
    expect(ran).toBe(1);
  });

  test('the queue is bounded', async () => {
    const it = world([serviceOf(never, { timeoutMs: 10 })]);
    const calls = Array.from({ length: STATE_QUEUE_MAX }, (_, value) =>
      it.call({ service: 's', fn: 'f', args: [{ value }] }),
    );
    const read = async () => summary(await it.call({ service: 's', fn: 'read' }));
    expect(await read()).toBe('refused handler ERR_SERVICE_BUSY');
    await it.clock.advance(10);
    await Promise.all(calls);
    expect(await read()).toBe('served result');
  });

  test('an expired particle runs nothing', async () => {
    const it = world([serviceOf(() => 1)]);
    await it.clock.advance(TTL_MS);
    const decision = await it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    expect(summary(decision)).toBe('refused handler ERR_CALL_EXPIRED');
  });
});

describe('arguments changed between guard and use', () => {
  test('they are frozen', async () => {
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { x: z.object({ deep: z.array(z.number()) }) },
          guards: {},
          handler: ({ x }) => x.deep.push(1),
        },
      },
    });
    const decision = await world([service]).call({
      service: 's',
      fn: 'f',
      args: [{ value: { deep: [0] } }],
    });
    expect(summary(decision)).toBe('failed handler ERR_HANDLER_FAILED');
  });

  test('a schema that changes values does not', async () => {
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { x: z.string().trim().toLowerCase() },
          guards: {},
          handler: ({ x }) => x,
        },
      },
    });
    expect(valueOf(await world([service]).call({ service: 's', fn: 'f', args: [{ value: ' A ' }] }))).toBe(
      ' A ',
    );
  });
});
