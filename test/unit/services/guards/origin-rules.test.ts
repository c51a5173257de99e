import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  allOf,
  anyOf,
  anyPart,
  defineService,
  derivedOnlyFrom,
  each,
  expectLiteral,
  expectThat,
  formatDenial,
  from,
  hostPeer,
  initPeer,
  literalOf,
  argumentIndexOf,
  whose,
} from '../../../../services/index.ts';
import type { CallFacts, Guard, OriginRule, Reason } from '../../../../services/index.ts';
import type { JsonValue, Origin } from '../../../../interpreter/index.ts';
import { ORIGIN_STEPS_MAX, ORIGINS_MAX } from '../../../../services/limits.ts';
import {
  ALICE,
  BANK,
  BOB,
  HOST,
  MALLORY,
  composedOf,
  literal,
  named,
  originOf,
  tetraplet,
} from '../harness.ts';

/** The record behind every call of one place: a call made once, used often. */
let records = 0;
const callOf = (peerId: string, serviceId: string, fn: string, ...given: (Origin | Origin[])[]) => {
  const record = `record ${(records += 1)}`;
  const behind = given.map(one => (Array.isArray(one) ? composedOf(one) : one));
  return (getter = ''): Origin => ({
    ...originOf(tetraplet(peerId, serviceId, fn, getter)),
    record,
    arguments: behind,
  });
};
const leaf = originOf;
const written = leaf(literal(ALICE));
const mailed = callOf(MALLORY, 'mail', 'read')('.$.name');
const found = (...given: (Origin | Origin[])[]): Origin =>
  callOf(ALICE, 'book', 'find', ...given)('.$.account');

function facts(initPeerId = ALICE): CallFacts {
  return {
    peerId: HOST,
    initPeerId,
    particleId: 'particle-1',
    timestamp: 0,
    ttl: 0,
    serviceId: 'bank',
    functionName: 'transfer',
    now: () => 0,
  };
}

interface Asked {
  readonly by?: string;
  readonly value?: JsonValue;
  /** A whole canon, even of one element. */
  readonly whole?: boolean;
}

function ask(
  guard: Guard,
  origins: Origin | Origin[] | undefined,
  { by, value = 1, whole }: Asked = {},
): Reason | undefined {
  const list = [origins ?? []].flat();
  const tetraplets = list.map(origin => origin.tetraplet);
  const elementwise = whole ?? Array.isArray(origins);
  const origin = elementwise ? composedOf(list) : list[0];
  const valueJson = JSON.stringify(value);
  return guard.check({ value, valueJson, tetraplets, elementwise, origin }, facts(by));
}

/** The denial without its first line, which is the same for all. */
function told(...asked: Parameters<typeof ask>): string[] {
  const reason = ask(...asked);
  if (reason === undefined) return ['allowed'];
  const denial = { serviceId: 'bank', functionName: 'transfer', arguments: [{ name: 'account', reason }] };
  expect(JSON.parse(JSON.stringify(denial))).toEqual(denial);
  return named(formatDenial(denial))
    .split('\n')
    .slice(1)
    .map(line => line.slice(2));
}

describe('from', () => {
  const book = from(initPeer, 'book', 'find', '.$.account');

  test('allows the one origin', () => {
    expect(ask(book, found(written))).toBeUndefined();
    expect(ask(from(ALICE, 'book', 'find', '.$.account'), found(written))).toBeUndefined();
    expect(ask(from(hostPeer, 'rates', 'now', ''), callOf(HOST, 'rates', 'now')())).toBeUndefined();
  });

  test.each([
    ['another peer', callOf(MALLORY, 'book', 'find')('.$.account'), 'origin'],
    ['another service', callOf(ALICE, 'mail', 'find')('.$.account'), 'origin'],
    ['another function', callOf(ALICE, 'book', 'guess')('.$.account'), 'origin'],
    ['another field', callOf(ALICE, 'book', 'find')('.$.name'), 'origin'],
    ['the whole answer', callOf(ALICE, 'book', 'find')(), 'origin'],
    ['its length', callOf(ALICE, 'book', 'find')('.$.account.length'), 'origin'],
    ['the error of the call', callOf(ALICE, 'book', 'find')(':error:.$.account'), 'origin'],
    ['a literal', written, 'origin'],
    ['what the script composed', leaf(tetraplet(ALICE, '', '', '.$.account')), 'origin'],
    ['an origin without record', leaf(tetraplet(ALICE, 'book', 'find', '.$.account')), 'no-record'],
    ['nothing', undefined, 'no-origin'],
    ['a whole canon', [found(written), found(written)], 'origin'],
    ['an empty one', [], 'origin'],
  ])('denies %s', (_, origins, kind) => {
    expect(ask(book, origins)?.kind).toBe(kind);
  });

  test('denies a whole canon of one element', () => {
    expect(ask(book, found(written), { whole: true })?.kind).toBe('origin');
  });

  test('explains itself', () => {
    expect(told(book, mailed)).toEqual([
      'argument `account` has the wrong origin',
      '  expected (alice, book, find, .$.account)',
      '  found    (mallory, mail, read, .$.name)',
    ]);
    expect(told(book, leaf(tetraplet(ALICE, 'book', 'find', '.$.account')))).toEqual([
      'argument `account` has no signed record behind it',
      '  found    (alice, book, find, .$.account)',
    ]);
  });

  test('anyPart allows any part of an answer, and no error', () => {
    const any = from(initPeer, 'book', 'find', anyPart);
    const find = callOf(ALICE, 'book', 'find', written);
    for (const getter of ['', '.$.account', '.$.list.[0]', '.length'])
      expect(ask(any, find(getter))).toBeUndefined();
    expect(told(any, find(':error:.$.message'))).toEqual([
      'argument `account` has the wrong origin',
      '  expected (alice, book, find, any part)',
      '  found    (alice, book, find, :error:.$.message)',
      '  hint     the call of `book.find` failed; its error is not its answer',
    ]);
    expect(told(any, callOf(BOB, 'book', 'find')('any part'))[2]).toBe(
      "  found    (bob, book, find, 'any part')",
    );
  });

  test('cannot be built of nothing', () => {
    for (const build of [
      () => from('', 's', 'f', ''),
      () => from('p', '', 'f', ''),
      () => from('p', 's', '', anyPart),
      () => from('p', 's', 'f', ':error:'),
      () => from('p', 's', 'f', 'name'),
      () => from('p', 's', 'f', '', {} as OriginRule),
    ])
      expect(build).toThrow(TypeError);
  });
});

describe('literalOf', () => {
  test('allows literals of that peer’s script', () => {
    expect(ask(literalOf(initPeer), written)).toBeUndefined();
    expect(ask(literalOf(ALICE), written)).toBeUndefined();
    expect(ask(literalOf(hostPeer), leaf(literal(HOST)), { by: HOST })).toBeUndefined();
  });

  test.each([
    ['an answer', mailed],
    ['a literal that claims another peer', leaf(literal(MALLORY))],
    ['a part', leaf(tetraplet(ALICE, '', '', '.$.x'))],
    ['what a canon of the init peer put together', composedOf([written])],
    ['an error of no call', { ...written, kind: 'error' }],
    ['a literal with a record', { ...written, record: 'record' }],
    ['a literal that was computed', { ...written, arguments: [mailed] }],
  ] as [string, Origin][])('denies %s', (_, origin) => {
    expect(ask(literalOf(initPeer), origin)?.kind).toBe('not-literal');
  });

  test('denies literals of another peer’s script', () => {
    expect(told(literalOf(ALICE), leaf(literal(BOB)), { by: BOB })).toEqual([
      'argument `account` is not a literal',
      '  expected a literal of alice',
      "  found    (bob, '', '', '')",
      '  hint     write the value into the script',
    ]);
  });

  test('denies arguments that are left out, and whole canons', () => {
    expect(ask(literalOf(initPeer), undefined)?.kind).toBe('no-origin');
    expect(ask(literalOf(initPeer), [written, written])?.kind).toBe('not-literal');
    expect(ask(literalOf(initPeer), written, { whole: true })?.kind).toBe('not-literal');
  });
});

describe('whose', () => {
  const known = from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer)));

  test('checks the arguments of the call', () => {
    expect(ask(known, found(written))).toBeUndefined();
    expect(told(known, found(mailed))).toEqual([
      'argument `account` comes from a call with a disallowed argument',
      '  first argument of (alice, book, find) is not a literal',
      '    expected a literal of alice',
      '    found    (mallory, mail, read, .$.name)',
      '    hint     write the value into the script',
    ]);
  });

  test('does not check a value of another origin', () => {
    expect(ask(known, mailed)).toMatchObject({ kind: 'origin' });
  });

  test('goes down as far as it is written', () => {
    const deep = whose(1, from(BOB, 'names', 'pick', '', whose(0, literalOf(initPeer))));
    const pick = (given: Origin): Origin => callOf(BOB, 'names', 'pick', given)();
    expect(ask(deep, found(mailed, pick(written)))).toBeUndefined();
    expect(told(deep, found(mailed, pick(mailed)))).toEqual([
      'argument `account` comes from a call with a disallowed argument',
      '  second argument of (alice, book, find) comes from a call with a disallowed argument',
      '    first argument of (bob, names, pick) is not a literal',
      '      expected a literal of alice',
      '      found    (mallory, mail, read, .$.name)',
      '      hint     write the value into the script',
    ]);
  });

  test('denies an argument that was not given, or a whole canon, even of one literal', () => {
    const denied = (origin: Origin) => {
      const reason = ask(known, origin);
      return reason?.kind === 'whose' && reason.reason.kind;
    };
    expect(denied(found())).toBe('no-origin');
    expect(denied(found([]))).toBe('not-literal');
    expect(denied(found([written]))).toBe('not-literal');
    expect(denied(found([written, written]))).toBe('not-literal');
  });

  test.each([
    ['a literal', written, 'no-call'],
    ['what the script composed', leaf(tetraplet(ALICE, '', '', '')), 'no-call'],
    ['an error', callOf(ALICE, 'book', 'find', written)(':error:.$.message'), 'no-call'],
    ['an origin without record', leaf(tetraplet(ALICE, 'book', 'find')), 'no-record'],
  ])('denies %s', (_, origin, kind) => {
    expect(ask(whose(0, literalOf(initPeer)), origin)?.kind).toBe(kind);
  });

  test('reports a value without a call', () => {
    expect(told(whose(0, literalOf(initPeer)), written)).toEqual([
      'argument `account` is not the answer of a call',
      "  found    (alice, '', '', '')",
      '  hint     pass the answer itself, not a value that the script wrote or composed, nor an error',
    ]);
  });

  test('names arguments beyond the fifth by number', () => {
    const sixth = whose(5, literalOf(initPeer));
    const given = [...Array<Origin>(5).fill(written), mailed];
    expect(told(sixth, found(...given))[1]).toBe(
      '  argument number 6 of (alice, book, find) is not a literal',
    );
  });

  test('takes the name of an argument from a definition', () => {
    const book = defineService({
      id: 'book',
      functions: {
        find: { arguments: { kind: z.string(), name: z.string() }, guards: {}, handler: () => null },
      },
    });
    expect(argumentIndexOf(book, 'find', 'name')).toBe(1);
    expect(() => argumentIndexOf(book, 'find', 'nam')).toThrow('`book.find` has no argument `nam`');
    expect(() => argumentIndexOf(book, 'guess', 'name')).toThrow('`book` has no function `guess`');
  });

  test('cannot be built of nothing', () => {
    expect(() => whose(-1, literalOf(initPeer))).toThrow(TypeError);
    expect(() => whose(0.5, literalOf(initPeer))).toThrow(TypeError);
    expect(() => whose(0, undefined as unknown as OriginRule)).toThrow(TypeError);
  });

  test('denies with a rule that reads a value further down', () => {
    const notEvil = expectThat('is evil', ({ value }) => value !== 'evil');
    // @ts-expect-error the types do not allow it either
    expect(() => ask(whose(0, notEvil), found(mailed))).toThrow('`value` is not known there');
    // @ts-expect-error nor this
    expect(() => ask(whose(0, expectLiteral()), found(written))).toThrow(TypeError);
  });
});

describe('combinators', () => {
  test('combine rules on origins, on arguments and further down', () => {
    const either = anyOf(literalOf(initPeer), from(BOB, 'names', 'pick', ''));
    const rule = whose(0, either);
    expect(ask(rule, found(written))).toBeUndefined();
    expect(ask(rule, found(callOf(BOB, 'names', 'pick')()))).toBeUndefined();
    expect(told(rule, found(mailed))).toEqual([
      'argument `account` comes from a call with a disallowed argument',
      '  first argument of (alice, book, find) satisfies no alternative',
      '    is not a literal',
      '      expected a literal of alice',
      '      found    (mallory, mail, read, .$.name)',
      '      hint     write the value into the script',
      '    has the wrong origin',
      "      expected (bob, names, pick, '')",
      '      found    (mallory, mail, read, .$.name)',
    ]);
    const both = whose(0, allOf(literalOf(initPeer), literalOf(BOB)));
    expect(ask(both, found(written))?.kind).toBe('whose');
  });

  test('combine rules on origins with guards on values', () => {
    const guard = allOf(
      from(initPeer, 'book', 'find', '.$.account'),
      expectThat('is closed', ({ value }) => value !== 'closed'),
    );
    expect(ask(guard, found(written))).toBeUndefined();
    expect(told(guard, found(written), { value: 'closed' })).toEqual(['argument `account` is closed']);
  });

  test('each checks the elements of a canon', () => {
    const guard = each(from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer))));
    expect(ask(guard, [found(written), found(written)], { value: [1, 2] })).toBeUndefined();
    expect(ask(guard, found(written), { value: [1], whole: true })).toBeUndefined();
    expect(told(guard, [found(written), found(mailed)], { value: [1, 2] })).toEqual([
      'argument `account` has denied elements',
      '  element 1 comes from a call with a disallowed argument',
      '    first argument of (alice, book, find) is not a literal',
      '      expected a literal of alice',
      '      found    (mallory, mail, read, .$.name)',
      '      hint     write the value into the script',
    ]);
    expect(ask(guard, [], { value: [] })?.kind).toBe('no-origin');
  });
});

describe('derivedOnlyFrom', () => {
  const sums = derivedOnlyFrom(literalOf(initPeer), from(BANK, 'math', 'add', anyPart));
  const add = (...given: (Origin | Origin[])[]): Origin => callOf(BANK, 'math', 'add', ...given)();

  test('allows a value whose leaves all satisfy a rule', () => {
    expect(ask(sums, written)).toBeUndefined();
    expect(ask(sums, add())).toBeUndefined();
    expect(ask(sums, add(written, add(written, add(written, written))))).toBeUndefined();
    expect(ask(sums, add([written, add(written)], written))).toBeUndefined();
    expect(ask(derivedOnlyFrom(from(BANK, 'math', 'pi', '')), callOf(BANK, 'math', 'pi')())).toBeUndefined();
  });

  test('denies a leaf that satisfies no rule, and shows the path to it', () => {
    expect(told(sums, add(written, add(add(mailed), written)))).toEqual([
      'argument `account` is derived from something else',
      '  through  second argument of (bank-peer, math, add)',
      '  through  first argument of (bank-peer, math, add)',
      '  first argument of (bank-peer, math, add) satisfies no alternative',
      '    is not a literal',
      '      expected a literal of alice',
      '      found    (mallory, mail, read, .$.name)',
      '      hint     write the value into the script',
      '    has the wrong origin',
      '      expected (bank-peer, math, add, any part)',
      '      found    (mallory, mail, read, .$.name)',
    ]);
  });

  test('denies a call that is not of the set, though its arguments are', () => {
    const reason = ask(sums, add(callOf(MALLORY, 'math', 'add', written)()));
    expect(reason).toMatchObject({ kind: 'derived', steps: [{ argument: 0 }] });
  });

  test('denies the value itself', () => {
    const onlyLiterals = derivedOnlyFrom(literalOf(initPeer));
    expect(told(onlyLiterals, mailed)).toEqual([
      'argument `account` is derived from something else',
      '  it is not a literal',
      '    expected a literal of alice',
      '    found    (mallory, mail, read, .$.name)',
      '    hint     write the value into the script',
    ]);
  });

  test.each([
    ['an error on the way', add(callOf(BANK, 'math', 'add', written)(':error:.$.message'))],
    ['what the script composed of nothing', add(leaf(tetraplet(BOB, '', '', '.length')))],
    ['an empty canon', add([])],
    ['an error of no call', add({ ...written, kind: 'error' })],
    ['one bad element of a canon', add([written, mailed, written])],
    ['a service without record', add(leaf(tetraplet(BANK, 'math', 'add')))],
    ['a literal with something behind it', { ...written, arguments: [mailed] }],
  ] as [string, Origin][])('denies %s', (_, origin) => {
    expect(ask(sums, origin)?.kind).toBe('derived');
  });

  test('checks values that the script put together part by part, at any depth', () => {
    const nested = composedOf([written, composedOf([add([written, composedOf([written])])])]);
    expect(ask(sums, nested)).toBeUndefined();
    expect(
      told(derivedOnlyFrom(literalOf(initPeer)), add(composedOf([written, composedOf([mailed])])))[1],
    ).toBe('  it is not a literal');
    expect(told(sums, add(composedOf([written, composedOf([mailed])]))).slice(0, 5)).toEqual([
      'argument `account` is derived from something else',
      '  through  first argument of (bank-peer, math, add)',
      '  through  second part of what the script put together',
      '  first part of what the script put together satisfies no alternative',
      '    is not a literal',
    ]);
  });

  test('needs an origin, and rules', () => {
    expect(ask(sums, undefined)?.kind).toBe('no-origin');
    expect(() => derivedOnlyFrom()).toThrow(TypeError);
  });

  test('checks all elements of a canon, alone or with each', () => {
    const good = [add(written), written];
    expect(ask(sums, good)).toBeUndefined();
    expect(ask(each(sums), good, { value: [1, 2] })).toBeUndefined();
    expect(ask(sums, [...good, mailed])?.kind).toBe('derived');
    expect(ask(each(sums), [...good, mailed], { value: [1, 2, 3] })?.kind).toBe('each');
  });

  test('works further down', () => {
    const rule = from(initPeer, 'book', 'find', '.$.account', whose(0, sums));
    expect(ask(rule, found(add(written)))).toBeUndefined();
    expect(ask(rule, found(add(mailed)))).toMatchObject({ kind: 'whose', reason: { kind: 'derived' } });
  });
});

describe('bounded work', () => {
  const sums = derivedOnlyFrom(literalOf(initPeer), from(BANK, 'math', 'add', anyPart));

  /** A chain in which every value is made of the one before, `width` times. Origins are made when looked at, as a run does. */
  function chain(depth: number, width: number, bottom: Origin, looked: { count: number }): Origin {
    let below: () => Origin = () => bottom;
    for (let i = 0; i < depth; i++) {
      const [previous, record] = [below, `chain ${i}`];
      below = () => ({
        kind: 'service',
        parts: [],
        selectors: [],
        tetraplet: tetraplet(BANK, 'math', 'add', width > 1 ? `.$.[${(looked.count += 1) % 3}]` : ''),
        record,
        get arguments() {
          return Array.from({ length: width }, previous);
        },
      });
    }
    return below();
  }

  test('a value used twice, sixty times over, has 2^60 ways down and is looked at once', () => {
    const looked = { count: 0 };
    expect(ask(sums, chain(60, 2, written, looked))).toBeUndefined();
    expect(looked.count).toBeLessThan(60 * 10);
    expect(ask(sums, chain(60, 2, mailed, looked))?.kind).toBe('derived');
  });

  test('checks a chain of 10 000 calls to its end, and the denial stays short', () => {
    const looked = { count: 0 };
    expect(ask(sums, chain(10_000, 1, written, looked))).toBeUndefined();
    const lines = told(sums, chain(10_000, 1, mailed, looked));
    expect(lines.slice(0, 3)).toEqual([
      'argument `account` is derived from something else',
      `  through  ${10_000 - ORIGIN_STEPS_MAX} more calls`,
      '  through  first argument of (bank-peer, math, add)',
    ]);
    expect(lines).toHaveLength(1 + 1 + ORIGIN_STEPS_MAX + 7);
  });

  test('more than ORIGINS_MAX are denied', () => {
    const wide = (count: number): Origin => callOf(BANK, 'math', 'add', Array<Origin>(count).fill(written))();
    expect(ask(sums, wide(ORIGINS_MAX - 1))).toBeUndefined();
    expect(told(sums, wide(ORIGINS_MAX))).toEqual([
      'argument `account` has more origins than the limit of 100 000',
      '  hint     pass what was computed in fewer steps, or from fewer values',
    ]);
  });

  test('the elements of a canon share visited origins and the limit', () => {
    const looked = { count: 0 };
    const shared = chain(50, 2, written, looked);
    const value = Array<number>(1000).fill(1);
    expect(ask(each(sums), Array<Origin>(1000).fill(shared), { value })).toBeUndefined();
    expect(looked.count).toBeLessThan(50 * 10);
    const wide = Array.from({ length: 1000 }, () =>
      callOf(BANK, 'math', 'add', Array<Origin>(1000).fill(written))(),
    );
    expect(ask(each(sums), wide, { value })).toMatchObject({
      kind: 'each',
      elements: [{ reason: { kind: 'too-many-origins' } }, {}, {}],
    });
  });

  test('what one rule has allowed, another has not', () => {
    const call = facts();
    const subject = { origin: mailed };
    expect(derivedOnlyFrom(from(MALLORY, 'mail', 'read', anyPart)).check(subject, call)).toBeUndefined();
    expect(sums.check(subject, call)?.kind).toBe('derived');
  });

  test('what was allowed before the culprit was met is not taken for allowed', () => {
    const call = facts();
    const good = callOf(BANK, 'math', 'add', written)();
    const bad = callOf(BANK, 'math', 'add', good, mailed)();
    const check = (origin: Origin) => sums.check({ origin }, call)?.kind;
    expect([check(bad), check(bad), check(good), check(bad)]).toEqual([
      'derived',
      'derived',
      undefined,
      'derived',
    ]);
  });
});
