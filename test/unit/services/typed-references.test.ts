import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  auth,
  callSchema,
  defineService,
  expectOrigin,
  hostPeer,
  startService,
} from '../../../services/index.ts';
import { ALICE, AUTH, HOST, summary, tetraplet, textOf, valueOf, world } from './harness.ts';

const book = defineService({
  id: 'book',
  functions: {
    find: {
      arguments: { name: z.string(), exact: z.boolean().optional() },
      guards: {},
      result: z.strictObject({ account: z.string(), tags: z.array(z.strictObject({ n: z.number() })) }),
      handler: ({ name }) => ({ account: name, tags: [] }),
    },
    any: { arguments: {}, rest: z.number(), guards: {}, handler: () => null },
  },
});
const none = { arguments: {}, guards: {} };

describe('a reference to another service', () => {
  const blog = defineService({
    id: 'blog',
    functions: {
      post: {
        arguments: { is_admin: z.boolean() },
        guards: { is_admin: expectOrigin(auth({ admins: [] }), 'get_status', '.$.is_admin', { peer: AUTH }) },
        handler: ({ is_admin }) => is_admin,
      },
    },
  });
  const it1 = world([blog]);
  const post = (from: ReturnType<typeof tetraplet>) =>
    it1.call({ service: 'blog', fn: 'post', args: [{ value: true, from: [from] }] });

  it('allows exactly that part of that answer', async () => {
    expect(valueOf(await post(tetraplet(AUTH, 'authSrv', 'get_status', '.$.is_admin')))).toBe(true);
    expect(summary(await post(tetraplet(AUTH, 'authSrv', 'get_status', '.$.is_misbehaving')))).toBe(
      'denied guards ERR_CALL_DENIED_GUARD',
    );
    expect(textOf(await post(tetraplet(ALICE, 'authSrv', 'get_status', '.$.is_admin')))).toContain(
      '(auth-peer, authSrv',
    );
  });

  // prettier-ignore
  it.each<readonly [string, () => unknown, string]>([
    // @ts-expect-error no such function
    ['function', () => expectOrigin(book, 'fnd', '', { peer: HOST }), '`book` has no function `fnd`; did you mean `find`?'],
    // @ts-expect-error no such part
    ['part', () => expectOrigin(book, 'find', '.$.acount', { peer: HOST }), 'has no part `acount` (`.$.acount`); did you mean `account`?'],
    // @ts-expect-error no such part of an element
    ['deep part', () => expectOrigin(book, 'find', '.$.tags.[0].m', { peer: HOST }), 'has no part `m`'],
    // @ts-expect-error an element is not a name
    ['index', () => expectOrigin(book, 'find', '.$.[0]', { peer: HOST }), 'has no part `[0]`'],
    // @ts-expect-error no peer
    ['peer', () => expectOrigin(book, 'find', '', {}), 'peer must be a peer id'],
    // @ts-expect-error not a definition
    ['definition', () => expectOrigin({ id: 'x' }, 'find', '', { peer: HOST }), 'expected what defineService(…) gives'],
  ])('that is mistaken is refused when it is built, and by the compiler: %s', (_, make, why) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(why);
  });

  it('has the type of the part', () => {
    defineService({
      id: 's',
      functions: {
        f: {
          arguments: { account: z.string(), n: z.number(), whole: z.json(), all: z.json() },
          guards: {
            account: expectOrigin(book, 'find', '.$.account', { peer: hostPeer }),
            // @ts-expect-error the part is a text
            n: expectOrigin(book, 'find', '.$.account', { peer: hostPeer }),
            whole: expectOrigin(book, 'find', '.$.tags.[0].n', { peer: hostPeer }),
            all: expectOrigin(book, 'any', '.$.what.ever', { peer: hostPeer }),
          },
          handler: () => null,
        },
      },
    });
  });
});

describe('results', () => {
  it('are JSON for the compiler', () => {
    // prettier-ignore
    const functions = {
      // @ts-expect-error a Map is not JSON
      map: defineService({ id: 's', functions: { f: { ...none, handler: () => new Map() } } }),
      // @ts-expect-error nor is one inside
      inside: defineService({ id: 's', functions: { f: { ...none, handler: async () => ({ a: [new Date()] }) } } }),
      // @ts-expect-error the answer is not what the schema says
      other: defineService({ id: 's', functions: { f: { ...none, result: z.string(), handler: () => 1 } } }),
      right: defineService({ id: 's', functions: { f: { ...none, result: z.string(), handler: async () => 'a' } } }),
    };
    expect(Object.keys(functions)).toHaveLength(4);
  });

  it('that do not fit their schema fail the call and change nothing', async () => {
    const service = startService(
      defineService({
        id: 's',
        state: { n: 0 },
        functions: {
          f: {
            ...none,
            result: z.strictObject({ n: z.number().max(1) }),
            handler: (_, { state }) => ({ n: (state.n += 1) }),
          },
        },
      }),
    );
    const it2 = world([service]);
    expect(valueOf(await it2.call({ service: 's', fn: 'f' }))).toEqual({ n: 1 });
    const second = await it2.call({ service: 's', fn: 'f' });
    expect(summary(second)).toBe('failed result ERR_HANDLER_RESULT');
    expect(textOf(second)).toContain('does not fit the result schema of `s.f` at `n`');
    expect(service.state).toEqual({ n: 1 });
  });
});

describe('callSchema', () => {
  it('describes every function as JSON Schema', () => {
    expect(callSchema(book)).toEqual({
      service: 'book',
      functions: {
        find: {
          arguments: {
            type: 'array',
            prefixItems: [
              { title: 'name', type: 'string' },
              { title: 'exact', type: 'boolean' },
            ],
            minItems: 1,
            maxItems: 2,
          },
          names: ['name', 'exact'],
          required: 1,
          result: {
            type: 'object',
            properties: {
              account: { type: 'string' },
              tags: {
                type: 'array',
                items: {
                  type: 'object',
                  properties: { n: { type: 'number' } },
                  required: ['n'],
                  additionalProperties: false,
                },
              },
            },
            required: ['account', 'tags'],
            additionalProperties: false,
          },
          guarded: [],
          management: false,
        },
        any: {
          arguments: { type: 'array', minItems: 0, items: { type: 'number' } },
          names: [],
          required: 0,
          result: {},
          guarded: [],
          management: false,
        },
      },
    });
  });

  it('takes a definition only', () =>
    expect(() => callSchema({} as never)).toThrow(/expected what defineService/));
});
