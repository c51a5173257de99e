import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  allOf,
  anyOf,
  defineService,
  each,
  expectInitPeer,
  expectLiteral,
  expectOrigin,
  expectThat,
  hostPeer,
  initPeer,
} from '../../../../services/index.ts';
import type { CallerGuard, Guard, NameOf, PeerRef } from '../../../../services/index.ts';
import type { Tetraplet } from '../../../../interpreter/index.ts';
import { ALICE, AUTH, BOB, HOST, MALLORY, literal, summary, tetraplet, textOf, world } from '../harness.ts';
import type { Given } from '../harness.ts';

const genuine = tetraplet(AUTH, 'auth-status', 'check', '.$.ok');
const token = expectOrigin(AUTH, 'auth-status', 'check', '.$.ok');

async function ask(
  guard: Guard | undefined,
  given: Given | undefined,
  options: { by?: string; caller?: CallerGuard; nameOf?: NameOf } = {},
) {
  const { by = ALICE, caller, nameOf } = options;
  const service = defineService({
    id: 'blog',
    functions: {
      add_post: {
        arguments: { token: z.unknown() },
        guards: guard === undefined ? {} : { token: guard },
        ...(caller && { caller }),
        handler: () => null,
      },
    },
  });
  const it = world([service], nameOf && { nameOf });
  return it.call({ by, service: 'blog', fn: 'add_post', args: given === undefined ? [] : [given] });
}

const text = async (...question: Parameters<typeof ask>) => textOf(await ask(...question)).split('\n');

describe('expectOrigin', () => {
  const from = (...tetraplets: Tetraplet[]) => ({ value: true, from: tetraplets });

  test('allows the one origin', async () => {
    expect(summary(await ask(token, from(genuine)))).toBe('served result');
  });

  test('denies another peer, with both tetraplets', async () => {
    expect(await text(token, from({ ...genuine, peerId: MALLORY }))).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has the wrong origin',
      '    expected (auth-peer, auth-status, check, .$.ok)',
      '    found    (mallory, auth-status, check, .$.ok)',
    ]);
  });

  test.each([
    [
      'another field',
      from({ ...genuine, getter: '.$.name' }),
      '(auth-peer, auth-status, check, .$.name)',
      'take the field `.$.ok` of the same result',
    ],
    [
      'the whole result',
      from({ ...genuine, getter: '' }),
      "(auth-peer, auth-status, check, '')",
      'take the field `.$.ok` of the same result',
    ],
    [
      'the error of the call',
      from({ ...genuine, getter: ':error:.$.ok' }),
      '(auth-peer, auth-status, check, :error:.$.ok)',
      'the call of `auth-status.check` failed; its error is not its answer',
    ],
    [
      'a literal',
      from(literal(ALICE)),
      "(alice, '', '', '')",
      'pass the result of `auth-status.check`, not a value that the script wrote or composed',
    ],
  ])('denies %s, with a hint', async (_, given, found, hint) => {
    expect(await text(token, given)).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has the wrong origin',
      '    expected (auth-peer, auth-status, check, .$.ok)',
      `    found    ${found}`,
      `    hint     ${hint}`,
    ]);
  });

  test('denies a part where the whole result is expected, with a hint', async () => {
    const whole = expectOrigin(AUTH, 'auth-status', 'check', '');
    expect(await text(whole, from(genuine))).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has the wrong origin',
      "    expected (auth-peer, auth-status, check, '')",
      '    found    (auth-peer, auth-status, check, .$.ok)',
      '    hint     take the whole result, not a part of it',
    ]);
  });

  test('denies what has no origin, and what has several', async () => {
    expect(await text(token, undefined)).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has no origin',
      '    expected (auth-peer, auth-status, check, .$.ok)',
      '    hint     pass a value; an argument that is left out or empty has no origin',
    ]);
    expect(await text(token, from(genuine, genuine))).toEqual([
      'denied `blog.add_post`',
      '  argument `token` is a whole canon, with an origin per element (2)',
      '    expected (auth-peer, auth-status, check, .$.ok)',
      '    hint     pass one element instead of the whole canon',
    ]);
  });

  test.each([
    ['hostPeer', hostPeer, HOST],
    ['initPeer', initPeer, ALICE],
  ] as [string, PeerRef, string][])('%s stands for a peer by its part', async (_, peer, peerId) => {
    const guard = expectOrigin(peer, 'peer', 'timestamp_sec', '');
    expect(summary(await ask(guard, from(tetraplet(peerId, 'peer', 'timestamp_sec'))))).toBe('served result');
    expect(summary(await ask(guard, from(tetraplet(BOB, 'peer', 'timestamp_sec'))))).toBe(
      'denied guards ERR_CALL_DENIED_GUARD',
    );
  });

  test('peers are called by name where one is known', async () => {
    const nameOf: NameOf = peerId => (peerId === AUTH ? 'Auth' : undefined);
    expect(await text(token, from({ ...genuine, peerId: 'x' }), { nameOf })).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has the wrong origin',
      '    expected (Auth, auth-status, check, .$.ok)',
      '    found    (x, auth-status, check, .$.ok)',
    ]);
  });

  test.each([
    ['no peer', () => expectOrigin('', 's', 'f', ''), /peer must be/],
    ['no service', () => expectOrigin(AUTH, '', 'f', ''), /service must not be empty/],
    ['no function', () => expectOrigin(AUTH, 's', '', ''), /fn must not be empty/],
    ['an error as an answer', () => expectOrigin(AUTH, 's', 'f', ':error:'), /would accept a failed call/],
    ['an error’s field', () => expectOrigin(AUTH, 's', 'f', ':error:.$.ok'), /would accept a failed call/],
    ['an invalid path', () => expectOrigin(AUTH, 's', 'f', 'ok'), /getter must be empty, or a path/],
    ['a path without its dot', () => expectOrigin(AUTH, 's', 'f', '$.ok'), /getter must be empty, or a path/],
    ['an index in JavaScript’s spelling', () => expectOrigin(AUTH, 's', 'f', '.$.a[0]'), /getter must be/],
    ['a key in quotes that needs none', () => expectOrigin(AUTH, 's', 'f', '.$.["ok"]'), /getter must be/],
    ['a getter that is not text', () => expectOrigin(AUTH, 's', 'f', undefined as never), /getter must be/],
    ['a name in place of a peer id', () => expectOrigin('auth', 's', 'f', ''), /peer must be a peer id/],
    [
      'a peer id with a slip',
      () => expectOrigin(AUTH.replace(/.$/, '0'), 's', 'f', ''),
      /peer must be a peer id/,
    ],
    ['a service that is not text', () => expectOrigin(AUTH, 7 as never, 'f', ''), /service must be a string/],
  ])('cannot be built for %s', (_, build, message) => {
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
  });
});

describe('expectInitPeer', () => {
  const caller = expectInitPeer(hostPeer, BOB);

  test.each([HOST, BOB])('lets %s call', async by => {
    expect(summary(await ask(undefined, { value: 1 }, { by, caller }))).toBe('served result');
  });

  test('denies others, whatever the arguments', async () => {
    expect(await text(token, { value: 1, from: [genuine] }, { by: MALLORY, caller })).toEqual([
      'denied `blog.add_post`',
      '  caller is another peer',
      '    expected host or bob',
      '    found    mallory',
    ]);
  });

  test('needs peers', () => {
    expect(() => expectInitPeer()).toThrow(TypeError);
    for (const none of ['', 'bob', BOB.slice(1), 7, undefined]) {
      expect(() => expectInitPeer(none as string)).toThrow(/expectInitPeer: peer must be a peer id/);
    }
  });
});

describe('expectLiteral', () => {
  test.each([
    ['a literal', expectLiteral(), { value: 'x' }, 'served result'],
    ['one of the literals', expectLiteral('x', { a: 1 }), { value: { a: 1 } }, 'served result'],
    ['another literal', expectLiteral('x'), { value: 'y' }, 'denied guards ERR_CALL_DENIED_GUARD'],
    [
      'a literal of another peer',
      expectLiteral(),
      { value: 'x', from: [literal(MALLORY)] },
      'denied guards ERR_CALL_DENIED_GUARD',
    ],
    [
      'what a canon of the init peer put together, whose tetraplet is that of a literal',
      expectLiteral(),
      { value: ['x'], from: [literal(ALICE)], whole: true },
      'denied guards ERR_CALL_DENIED_GUARD',
    ],
    [
      'a length, composed by the script',
      expectLiteral(),
      { value: 1, from: [tetraplet(ALICE, '', '', '.length')] },
      'denied guards ERR_CALL_DENIED_GUARD',
    ],
  ])('%s', async (_, guard, given, expected) => {
    expect(summary(await ask(guard, given))).toBe(expected);
  });

  const numbers = async (guard: Guard, json: string): Promise<string> => {
    const service = defineService({
      id: 'blog',
      functions: {
        add_post: { arguments: { token: z.unknown() }, guards: { token: guard }, handler: () => null },
      },
    });
    const decision = await world([service]).call({
      service: 'blog',
      fn: 'add_post',
      args: [{ value: JSON.parse(json) as number }],
      argumentsJson: `[${json}]`,
    });
    return decision.kind === 'denied' ? (textOf(decision).split('\n')[3] ?? '').trim() : decision.kind;
  };
  test.each([
    [1, '1', 'served'],
    [1, '1.0', 'found    1.0'],
    [0, '0', 'served'],
    [0, '-0.0', 'found    -0.0'],
    [0, '0.0', 'found    0.0'],
    [-0, '0', 'served'],
    [1.5, '1.5', 'served'],
    [2n ** 63n - 1n, '9223372036854775807', 'served'],
    [2 ** 63, '9223372036854775807', 'found    9223372036854775807'],
    [1e300, '1e+300', 'served'],
  ])('%s against %s, which JavaScript may not tell apart: %s', async (literalValue, json, expected) => {
    expect(await numbers(expectLiteral(literalValue), json)).toBe(expected);
  });

  test('compares inside objects and lists, whatever the order of keys', async () => {
    const guard = expectLiteral({ b: [1], a: null });
    expect(await numbers(guard, '{"a":null,"b":[1]}')).toBe('served');
    expect(await numbers(guard, '{"a":null,"b":[1.0]}')).toBe('found    {"a":null,"b":[1.0]}');
  });

  test('compares elements of a canon by their own texts', async () => {
    const service = defineService({
      id: 'blog',
      functions: {
        add_post: {
          arguments: { token: z.unknown() },
          guards: { token: each(expectLiteral(1)) },
          handler: () => null,
        },
      },
    });
    const ask2 = (argumentsJson: string) =>
      world([service]).call({
        service: 'blog',
        fn: 'add_post',
        args: [{ value: [1, 1], from: [literal(ALICE), literal(ALICE)], whole: true }],
        argumentsJson,
      });
    expect(summary(await ask2('[[1,1]]'))).toBe('served result');
    expect(textOf(await ask2('[[1,1.0]]'))).toContain('element 1 has the wrong value');
  });

  test.each([NaN, undefined, () => 1, new Date(0), 2n ** 70n])(
    'cannot be built of %s, which is not JSON',
    value => {
      expect(() => expectLiteral(value as never)).toThrow(TypeError);
    },
  );

  test('explains itself', async () => {
    expect(await text(expectLiteral('x', 1n), { value: 'y' })).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has the wrong value',
      '    expected "x" or 1',
      '    found    "y"',
    ]);
    expect(await text(expectLiteral(), { value: 'y', from: [genuine] })).toEqual([
      'denied `blog.add_post`',
      '  argument `token` is not a literal',
      '    found    (auth-peer, auth-status, check, .$.ok)',
      '    hint     write the value into the script',
    ]);
  });
});

describe('combinators', () => {
  const truthy = expectThat('is not true', ({ value }) => value === true);
  const forged = { value: false, from: [{ ...genuine, peerId: MALLORY }] };

  test('allOf reports all violations', async () => {
    expect(await text(allOf(token, truthy), forged)).toEqual([
      'denied `blog.add_post`',
      '  argument `token` breaks several rules',
      '    has the wrong origin',
      '      expected (auth-peer, auth-status, check, .$.ok)',
      '      found    (mallory, auth-status, check, .$.ok)',
      '    is not true',
    ]);
    expect(await text(allOf(token, truthy), { value: false, from: [genuine] })).toEqual([
      'denied `blog.add_post`',
      '  argument `token` is not true',
    ]);
  });

  test('anyOf wants one', async () => {
    expect(await text(anyOf(token, truthy), forged)).toEqual([
      'denied `blog.add_post`',
      '  argument `token` satisfies no alternative',
      '    has the wrong origin',
      '      expected (auth-peer, auth-status, check, .$.ok)',
      '      found    (mallory, auth-status, check, .$.ok)',
      '    is not true',
    ]);
    expect(summary(await ask(anyOf(token, truthy), { ...forged, value: true }))).toBe('served result');
    expect(summary(await ask(anyOf(token, truthy), { ...forged, from: [genuine] }))).toBe('served result');
  });

  test('each checks every element of a canon', async () => {
    const canon = (...from: Tetraplet[]) => ({ value: from.map(() => true), from });
    const other = { ...genuine, getter: '.$.no' };
    expect(summary(await ask(each(token), canon(genuine, genuine)))).toBe('served result');
    expect(await text(each(token), canon(genuine, other, other, genuine, other, other, other))).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has denied elements',
      ...[1, 2, 4].flatMap(index => [
        `    element ${index} has the wrong origin`,
        '      expected (auth-peer, auth-status, check, .$.ok)',
        '      found    (auth-peer, auth-status, check, .$.no)',
        '      hint     take the field `.$.ok` of the same result',
      ]),
      '    and 2 more',
    ]);
  });

  test('each sees the values of the elements', async () => {
    const canon = { value: [true, false], from: [genuine, genuine] };
    expect(await text(each(truthy), canon)).toEqual([
      'denied `blog.add_post`',
      '  argument `token` has denied elements',
      '    element 1 is not true',
    ]);
  });

  test.each([
    ['an empty canon', { value: [], from: [] }, 'has no origin'],
    ['one value that is an array', { value: [true, true], from: [genuine] }, 'is not a canon stream'],
    ['a value that is not an array', { value: { a: 1 }, from: [genuine, genuine] }, 'is not a canon stream'],
  ])('each denies %s', async (_, given, says) => {
    expect((await text(each(token), given))[1]).toBe(`  argument \`token\` ${says}`);
  });

  test('cannot be built of nothing', () => {
    for (const build of [() => allOf(), () => anyOf(), () => expectThat('', () => true)]) {
      expect(build).toThrow(TypeError);
    }
  });

  test('a guard can ask what a value was computed from', async () => {
    const ownBook = expectThat(
      'is not from your own address book',
      ({ origin }, call) => origin?.tetraplet.peerId === call.initPeerId,
    );
    const book = (peerId: string) => ({ value: 'x', from: [tetraplet(peerId, 'book', 'get')] });
    expect(summary(await ask(ownBook, book(ALICE)))).toBe('served result');
    expect(await text(ownBook, book(AUTH))).toEqual([
      'denied `blog.add_post`',
      '  argument `token` is not from your own address book',
    ]);
  });
});
