import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseUnchecked } from '../../../air-grammar/index.ts';
import {
  blog,
  defineService,
  expectInitPeer,
  expectLiteral,
  hostPeer,
  startService,
} from '../../../services/index.ts';
import {
  answer,
  assertDenied,
  assertFailed,
  assertServed,
  callAs,
  callScripts,
  composed,
  denialOf,
  explain,
  failureOf,
  GuardCoverage,
  literal,
  matchers,
  testNetwork,
  type Arbitraries,
} from '../../../testing/index.ts';

const { idOf } = testNetwork();
const [host, auth, alice, mallory] = ['host', 'auth', 'alice', 'mallory'].map(idOf) as [
  string,
  string,
  string,
  string,
];
const as = callAs({ host, services: [blog({ authPeer: auth })] });
const post = (origin = answer(auth, 'authSrv', 'get_status', '.$.is_admin')) =>
  as(alice)('blogSrv', 'add_post', ['hi', true], { origins: [undefined, origin] });

describe('callAs', () => {
  it('lets real guards decide on made-up origins; state lasts', async () => {
    assertServed(await post(), 1);
    assertServed(await post(), 2);
    for (const origin of [
      literal(),
      answer(mallory, 'authSrv', 'get_status', '.$.is_admin'),
      answer(auth, 'authSrv', 'get_status', '.$.is_misbehaving'),
      failureOf(auth, 'authSrv', 'get_status', '.$.is_admin'),
      composed(auth, [answer(auth, 'authSrv', 'get_status', '.$.is_admin')]),
    ])
      assertDenied(await post(origin), /argument `is_admin` has the wrong origin/);
    assertServed(await as(alice)('blogSrv', 'list_posts'));
  });

  it('makes literals of the caller, and of others', async () => {
    const service = defineService({
      id: 's',
      functions: { f: { arguments: { x: z.string() }, guards: { x: expectLiteral() }, handler: () => 1 } },
    });
    const of = callAs({ host, services: [startService(service)] });
    assertServed(await of(alice)('s', 'f', ['a']), 1);
    assertDenied(await of(alice)('s', 'f', ['a'], { origins: [literal(mallory)] }), /is not a literal/);
    assertDenied(
      await of(alice)('s', 'f', ['a'], { origins: [literal(alice, [mallory])] }),
      /selected by the wrong peer/,
    );
  });
});

describe('assertions', () => {
  it('say what was expected and found, with the whole explanation', async () => {
    const denied = await post(literal());
    expect(() => assertServed(denied)).toThrow(
      /denied \(guards, ERR_CALL_DENIED_GUARD\)\ndenied `blogSrv.add_post`\n  argument `is_admin`/,
    );
    expect(() => assertDenied(denied, 'denied')).toThrow(
      /expected the denial\ndenied\nfound\ndenied `blogSrv/,
    );
    expect(() => assertDenied(denied, /caller/)).toThrow(/expected the denial/);
    expect(denialOf(denied).arguments[0]?.name).toBe('is_admin');
    const served = await post();
    expect(() => denialOf(served)).toThrow(/expected a denial, found served \(result\)/);
    expect(() => assertServed(served, 'x')).toThrow(/expected the answer "x", found \d/);
    expect(() => assertFailed(served, 'ERR_CALL_FAILED')).toThrow(/expected ERR_CALL_FAILED/);
    const refused = await as(alice)('blogSrv', 'nothing');
    assertFailed(refused, 'ERR_FUNCTION_UNKNOWN');
    expect(explain(refused)).toContain('refused (find, ERR_FUNCTION_UNKNOWN)');
  });

  it('are matchers of vitest, too', async () => {
    expect.extend(matchers);
    const check = (value: unknown) =>
      expect(value) as unknown as Record<
        'toBeServed' | 'toBeDenied' | 'toFailWith',
        (value?: unknown) => void
      > & { not: Record<'toBeServed', () => void> };
    const denied = await post(literal());
    check(await post()).toBeServed();
    check(denied).toBeDenied(/wrong origin/);
    check(denied).toFailWith('ERR_CALL_DENIED_GUARD');
    check(denied).not.toBeServed();
    expect(() => check(denied).toBeServed()).toThrow(/expected an answer/);
  });
});

describe('coverage of guards', () => {
  it('names rules that were never seen to deny, or to allow', async () => {
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { x: z.json(), y: z.json() },
          guards: { x: expectLiteral(), y: expectLiteral() },
          handler: () => 1,
        },
        own: { arguments: {}, guards: {}, caller: expectInitPeer(hostPeer), handler: () => 1 },
        stop: { arguments: {}, guards: {}, management: true, handler: () => 1 },
      },
    });
    const coverage = new GuardCoverage({ services: [service] });
    const of = callAs({ host, services: [service] });
    const decide = async (who: string, fn: string, args: number[], origins = [literal()]) =>
      coverage.decided('s', fn, await of(who)('s', fn, args, { origins }));
    expect(coverage.neverDenied).toHaveLength(4);
    await decide(alice, 'f', [1, 2]);
    await decide(alice, 'f', [1, 2], [answer(auth, 'a', 'b')]);
    await decide(alice, 'own', []);
    await decide(alice, 'stop', []);
    expect(coverage.neverDenied).toEqual(['s.f argument y']);
    expect(coverage.neverAllowed).toEqual(['s.own caller', 's.stop management']);
    expect(coverage.rules[0]).toEqual({ rule: 's.f argument x', allowed: 1, denied: 1 });
  });
});

describe('scripts over services', () => {
  const service = defineService({
    id: 's',
    functions: {
      echo: { arguments: { x: z.string() }, guards: {}, handler: ({ x }) => x },
      two: {
        arguments: { x: z.json(), y: z.json() },
        guards: { y: expectLiteral() },
        handler: ({ y }) => y,
      },
    },
  });

  it('are valid, call only what there is, and settle on a network', async () => {
    const scripts = callScripts(
      fc as unknown as Arbitraries<fc.Arbitrary<string>>,
      { bob: [service] },
      { callsMax: 4 },
    );
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(scripts, async script => {
        expect(() => parseUnchecked(script)).not.toThrow();
        const network = testNetwork();
        network.add('bob', { services: [startService(service)] });
        await network.add('alice').run(script);
        for (const { request, decision } of network.calls) {
          expect([request.serviceId, decision.kind === 'refused' && decision.stage]).not.toContain('find');
          kinds.add(decision.kind);
        }
      }),
      { numRuns: 20, seed: 1 },
    );
    expect([...kinds].toSorted()).toEqual(['denied', 'refused', 'served']);
  });
});
