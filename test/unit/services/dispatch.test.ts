import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createRegistry,
  defineService,
  expectInitPeer,
  expectOrigin,
  fail,
  hostPeer,
  ok,
  okJson,
  startService,
} from '../../../services/index.ts';
import type { CallContext, HandlerAnswer } from '../../../services/index.ts';
import { ALICE, AUTH, BOB, HOST, MALLORY, START_MS, TTL_MS, literal } from './harness.ts';
import { settle, summary, tetraplet, textOf, valueOf, world } from './harness.ts';

const genuine = tetraplet(AUTH, 'auth', 'get', '.$.ok');

const shop = (ran: string[] = []) =>
  defineService({
    id: 'shop',
    state: { sold: [] as string[] },
    functions: {
      sell: {
        arguments: { item: z.string(), token: z.boolean() },
        guards: { token: expectOrigin(AUTH, 'auth', 'get', '.$.ok') },
        handler({ item }, { state }) {
          ran.push(item);
          state.sold.push(item);
          return ok(state.sold.length);
        },
      },
      close: {
        arguments: { why: z.string() },
        guards: { why: expectOrigin(AUTH, 'auth', 'get', '.$.ok') },
        caller: expectInitPeer(HOST),
        management: true,
        handler: () => 'closed',
      },
    },
  });

describe('the order of the stages', () => {
  const text = { value: 'x' };
  const token = { value: true, from: [genuine] };
  const forged = { value: true };
  test.each([
    ['no service', 'shopp', 'sell', ALICE, [], 'refused find ERR_SERVICE_UNKNOWN'],
    ['no function', 'shop', 'buy', ALICE, [], 'refused find ERR_FUNCTION_UNKNOWN'],
    ['no right, before bad arguments', 'shop', 'close', MALLORY, [], 'denied gatekeeper ERR_CALL_DENIED_ACL'],
    [
      'bad arguments, before bad origin',
      'shop',
      'sell',
      ALICE,
      [forged, forged],
      'refused arguments ERR_CALL_ARGUMENTS',
    ],
    ['bad origin', 'shop', 'sell', ALICE, [text, forged], 'denied guards ERR_CALL_DENIED_GUARD'],
    ['all in order', 'shop', 'sell', ALICE, [text, token], 'served result'],
  ])('%s', async (_, service, fn, by, args, expected) => {
    const ran: string[] = [];
    const decision = await world([shop(ran)]).call({ service, fn, by, args });
    expect(summary(decision)).toBe(expected);
    expect(ran).toEqual(expected === 'served result' ? ['x'] : []);
  });

  test('the decision carries result and patches', async () => {
    const decision = await world([shop()]).call({ service: 'shop', fn: 'sell', args: [text, token] });
    expect(decision).toEqual({
      kind: 'served',
      stage: 'result',
      result: { retCode: 0, resultJson: '1' },
      patches: [{ op: 'add', path: ['sold', 0], value: 'x' }],
    });
  });
});

describe('texts of refusals', () => {
  const lists = defineService({
    id: 'lists',
    functions: {
      put: {
        arguments: { at: z.object({ row: z.array(z.number()) }), name: z.string().optional() },
        guards: {},
        handler: ({ name }) => name,
      },
    },
  });
  const at = { value: { row: [1] } };
  test.each([
    ['missing', [], '`lists.put`: argument `at`: Invalid input: expected object, received undefined'],
    [
      'wrong inside',
      [{ value: { row: [1, 'x'] } }],
      '`lists.put`: argument `at` at `row.1`: Invalid input: expected number, received string',
    ],
    ['surplus', [at, { value: 'n' }, { value: 3 }], '`lists.put`: takes 2 arguments, got 3'],
  ])('%s', async (_, args, expected) => {
    expect(textOf(await world([lists]).call({ service: 'lists', fn: 'put', args }))).toBe(expected);
  });

  test('a missing trailing argument is undefined, and an answer of undefined is null', async () => {
    expect(valueOf(await world([lists]).call({ service: 'lists', fn: 'put', args: [at] }))).toBe(null);
  });

  test('not found, in the words that clients know', async () => {
    const decision = await world([lists]).call({ service: 'a', fn: 'b', args: [{ value: { x: [1, 'y'] } }] });
    expect(textOf(decision)).toBe(
      "No service found for service call: serviceId='a', fnName='b' args='[{\"x\":[1,\"y\"]}]'",
    );
  });
});

describe('guard modes', () => {
  const call = { service: 'shop', fn: 'sell', args: [{ value: 'x' }, { value: true }] };

  test('monitor lets pass and keeps the denial', async () => {
    const decision = await world([shop()], { guardMode: 'monitor' }).call(call);
    expect(summary(decision)).toBe('served result');
    expect(decision).toMatchObject({ denial: { serviceId: 'shop', arguments: [{ name: 'token' }] } });
  });

  test('off runs no guard', async () => {
    const decision = await world([shop()], { guardMode: 'off' }).call(call);
    expect(summary(decision)).toBe('served result');
    expect(decision).not.toHaveProperty('denial');
  });

  test.each(['monitor', 'off'] as const)('%s does not open management functions', async guardMode => {
    const decision = await world([shop()], { guardMode }).call({ service: 'shop', fn: 'close', args: [] });
    expect(summary(decision)).toBe('denied gatekeeper ERR_CALL_DENIED_ACL');
  });
});

describe('how a function ends', () => {
  const answers = (handler: () => unknown) =>
    world([
      defineService({
        id: 's',
        state: { n: 0 },
        functions: {
          f: {
            arguments: {},
            guards: {},
            handler(_, { state }) {
              state.n += 1;
              return handler() as HandlerAnswer<unknown>;
            },
          },
        },
      }),
    ]);

  test.each([
    ['a value', () => ({ b: 1, a: [true, null] }), '{"a":[true,null],"b":1}'],
    ['ok', () => ok('x'), '"x"'],
    ['ok of nothing', () => ok(), 'null'],
    ['nothing', () => undefined, 'null'],
    ['a promise', async () => 5, '5'],
    ['a large integer', () => 2n ** 63n, '9223372036854775808'],
    ['JSON text, made canonical', () => okJson(' { "b" : 1, "a" : 2 } '), '{"a":2,"b":1}'],
  ])('%s is an answer', async (_, handler, resultJson) => {
    const it = answers(handler);
    const decision = await it.call({ service: 's', fn: 'f' });
    expect(decision.result).toEqual({ retCode: 0, resultJson });
    expect(it.instances[0]?.state).toEqual({ n: 1 });
  });

  test.each([
    ['fail', () => fail('sold out', { left: 0 }), 'failed handler ERR_CALL_FAILED', 'sold out'],
    [
      'an exception',
      () => {
        throw new RangeError('too much');
      },
      'failed handler ERR_HANDLER_FAILED',
      'too much',
    ],
    ['a rejection', () => Promise.reject(new Error('late')), 'failed handler ERR_HANDLER_FAILED', 'late'],
  ])('%s is a failure that changes nothing', async (_, handler, expected, text) => {
    const it = answers(handler);
    const decision = await it.call({ service: 's', fn: 'f' });
    expect(summary(decision)).toBe(expected);
    expect(textOf(decision)).toBe(text);
    expect(it.instances[0]?.state).toEqual({ n: 0 });
  });

  test('details of a failure stay on this peer', async () => {
    const decision = await answers(() => fail('sold out', { left: 0 })).call({ service: 's', fn: 'f' });
    expect(decision).toMatchObject({
      details: { left: 0 },
      result: { retCode: 1, resultJson: '"sold out"' },
    });
  });
});

describe('what a handler sees', () => {
  test('facts, origins by name, rest, deadline and a key of its own', async () => {
    let seen: CallContext<undefined, 'a' | 'b'> | undefined;
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { a: z.number(), b: z.number().optional() },
          rest: z.string(),
          guards: {},
          handler(_, call) {
            seen = call;
          },
        },
      },
    });
    const args = [{ value: 1, from: [genuine] }, { value: 2 }, { value: 'more' }];
    const it = world([service]);
    await it.clock.advance(25);
    await it.call({ service: 's', fn: 'f', by: BOB, args, site: '3/1' });
    expect(seen).toMatchObject({
      peerId: HOST,
      initPeerId: BOB,
      particleId: 'particle-1',
      timestamp: START_MS,
      ttl: TTL_MS,
      serviceId: 's',
      functionName: 'f',
      tetraplets: { a: [genuine], b: [literal(BOB)] },
      origins: { a: { tetraplet: genuine, arguments: [] }, b: { tetraplet: literal(BOB) } },
      rest: ['more'],
      argumentsJson: '[1,2,"more"]',
      deadline: START_MS + TTL_MS,
      state: undefined,
    });
    expect(seen?.now()).toBe(START_MS + 25);
    expect(seen?.idempotencyKey).toMatch(/^[1-9A-HJ-NP-Za-km-z]{80,90}:3\/1:[\w-]{43}$/);
    expect(it.clock.pending).toBe(0);
  });

  test('origins are not built unless looked at', async () => {
    let built = 0;
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { a: z.number() },
          guards: { a: expectOrigin(hostPeer, 'x', 'y', '') },
          handler: () => 1,
        },
      },
    });
    const { createDispatcher } = await import('../../../services/index.ts');
    const it = world([]);
    const dispatcher = createDispatcher({
      peerId: HOST,
      clock: it.clock,
      registry: createRegistry([startService(service)]),
    });
    const decision = await dispatcher.dispatch({
      request: {
        serviceId: 's',
        functionName: 'f',
        arguments: [1],
        argumentsJson: '[1]',
        tetraplets: [[tetraplet(HOST, 'x', 'y')]],
        elementwise: [false],
        get origins() {
          built += 1;
          return [];
        },
        site: '1',
      },
      particle: { id: 'p', initPeerId: ALICE, timestamp: START_MS, ttl: 1, signature: new Uint8Array(64) },
    });
    expect([summary(decision), built]).toEqual(['served result', 0]);
  });
});

describe('state', () => {
  const counter = defineService({
    id: 'counter',
    state: { n: 0 },
    functions: {
      slow: {
        arguments: {},
        guards: {},
        async handler(_, { state }) {
          const before = state.n;
          await settle();
          state.n = before + 1;
          return state.n;
        },
      },
      read: { arguments: {}, guards: {}, handler: (_, { state }) => state },
    },
  });

  test('two slow handlers lose no update: calls take turns, in the order of arrival', async () => {
    const it = world([counter]);
    const calls = [1, 2, 3].map(() => it.call({ service: 'counter', fn: 'slow' }));
    expect((await Promise.all(calls)).map(valueOf)).toEqual([1, 2, 3]);
    expect(valueOf(await it.call({ service: 'counter', fn: 'read' }))).toEqual({ n: 3 });
  });

  test('two instances of one definition share nothing', async () => {
    const one = world([counter]);
    const other = world([counter]);
    await one.call({ service: 'counter', fn: 'slow' });
    expect(other.instances[0]?.state).toEqual({ n: 0 });
  });
});

describe('particle scope', () => {
  const answering = (id: string, fn: string, answer: string) =>
    startService(
      defineService({ id, functions: { [fn]: { arguments: {}, guards: {}, handler: () => answer } } }),
    );

  test.each([
    ['the particle’s own service first', 'a', 'f', 'scoped'],
    ['the peer’s service where the particle has no such function', 'a', 'g', 'peer'],
  ])('%s', async (_, service, fn, expected) => {
    const scope = createRegistry([answering('a', 'f', 'scoped')]);
    const it = world([
      startService(
        defineService({
          id: 'a',
          functions: {
            f: { arguments: {}, guards: {}, handler: () => 'peer' },
            g: { arguments: {}, guards: {}, handler: () => 'peer' },
          },
        }),
      ),
    ]);
    expect(valueOf(await it.call({ service, fn, scope }))).toBe(expected);
  });
});
