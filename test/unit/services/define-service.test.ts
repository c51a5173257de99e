import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineService, expectOrigin, hostPeer, startService } from '../../../services/index.ts';
import type { Guard, StandardSchemaV1 } from '../../../services/index.ts';

const guard: Guard = expectOrigin(hostPeer, 'service', 'fn', '');
const handler = () => null;

describe('defineService', () => {
  test('infers arguments and state, and keeps the order of declaration', () => {
    const service = defineService({
      id: 'blog',
      state: { posts: [] as string[] },
      functions: {
        add: {
          arguments: { text: z.string(), token: z.boolean().optional() },
          guards: { token: guard },
          handler(args, call) {
            expectTypeOf(args.text).toEqualTypeOf<string>();
            expectTypeOf(args.token).toEqualTypeOf<boolean | undefined>();
            expectTypeOf(call.state.posts).toEqualTypeOf<string[]>();
            expectTypeOf(call.origins).toHaveProperty('token');
            return call.state.posts.push(args.text);
          },
        },
        list: { arguments: {}, guards: {}, handler: (_, call) => call.state.posts },
      },
    });
    expectTypeOf(startService(service).state.posts).toEqualTypeOf<readonly string[]>();
    expect([...service.functions.keys()]).toEqual(['add', 'list']);
    expect(service.functions.get('add')?.arguments.map(({ name, guard: own }) => [name, own])).toEqual([
      ['text', undefined],
      ['token', guard],
    ]);
  });

  test('a schema that changes values gives the handler the type of what was sent', () => {
    defineService({
      id: 'x',
      functions: {
        f: {
          arguments: { n: z.string().transform(Number) },
          guards: {},
          handler: ({ n }) => expectTypeOf(n).toEqualTypeOf<string>(),
        },
      },
    });
  });

  test('a guard for an unknown argument is a mistake for the compiler and at definition', () => {
    expect(() =>
      defineService({
        id: 'blog',
        functions: {
          add: {
            arguments: { text: z.string() },
            guards: {
              // @ts-expect-error there is no such argument
              token: guard,
            },
            handler,
          },
        },
      }),
    ).toThrow(new TypeError('blog.add: guard for unknown argument `token`'));
  });

  test('guards may not be forgotten', () => {
    expect(() =>
      defineService({
        id: 'blog',
        functions: {
          // @ts-expect-error guards are required
          add: { arguments: { text: z.string() }, handler },
        },
      }),
    ).toThrow(
      new TypeError(
        'blog.add: guards are missing; write `guards: {}` if any script may choose all arguments',
      ),
    );
  });

  const asynchronous: StandardSchemaV1<string> = {
    '~standard': { version: 1, vendor: 'test', validate: async value => ({ value: String(value) }) },
  };
  const base = { arguments: {}, guards: {}, handler };
  test.each([
    [
      'no time at all',
      's',
      { ...base, timeoutMs: 0 },
      's.f: key `timeoutMs` must be a number above 0, found 0',
    ],
    [
      'time that is not a number',
      's',
      { ...base, timeoutMs: NaN },
      's.f: key `timeoutMs` must be a number above 0, found NaN',
    ],
    [
      'a name that reorders',
      's',
      { ...base, arguments: { 1: z.string() } },
      's.f: argument name `1` is not made of letters, digits and _',
    ],
    [
      'a name that is a trap',
      's',
      { ...base, arguments: { ['__proto__']: z.string() } },
      's.f: argument name `__proto__` is not made of letters, digits and _',
    ],
    [
      'an asynchronous schema',
      's',
      { ...base, arguments: { a: asynchronous } },
      's.f: argument `a` has an asynchronous schema; only synchronous ones decide before the guards',
    ],
  ])('refuses %s', (_, id, f, message) => {
    expect(() => defineService({ id, functions: { f } })).toThrow(new TypeError(message));
  });
});

describe('startService', () => {
  test('state is a copy of its own, and frozen', () => {
    const state = { list: [1] };
    const service = defineService({ id: 's', state, functions: {} });
    const one = startService(service);
    state.list.push(2);
    expect(one.state).toEqual({ list: [1] });
    expect(Object.isFrozen(one.state.list)).toBe(true);
  });

  test('continues from saved state', () => {
    const service = defineService({ id: 's', state: { n: 0 }, functions: {} });
    expect(startService(service, { n: 5 }).state).toEqual({ n: 5 });
  });

  test.each([
    ['bytes', { bytes: new Uint8Array(2) }],
    ['a date', { date: new Date(0) }],
    ['a map', new Map()],
    ['a text alone', 'text'],
  ])('refuses %s as state', (_, state) => {
    expect(() => defineService({ id: 's', state: state as unknown, functions: {} })).toThrow(TypeError);
    const service = defineService({ id: 's', state: {} as unknown, functions: {} });
    expect(() => startService(service, state)).toThrow(TypeError);
  });
});
