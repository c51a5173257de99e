import { describe, expect, it } from 'vitest';
import type { Origin } from '../../../../interpreter/index.ts';
import {
  anyPart,
  expectLiteral,
  expectOrigin,
  formatDenial,
  from,
  literalOf,
  monitor,
  nearestMiss,
  type CallFacts,
  type Guard,
  type PeerIdentity,
  type Reason,
} from '../../../../services/index.ts';
import { isMonitored } from '../../../../services/guards/monitor.ts';
import { ofOne } from '../../../../services/guards/origin-rule.ts';
import { resolveOriginPeer } from '../../../../services/guards/peer-ref.ts';
import { idOf } from '../../../support/cast.ts';

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(idOf) as [string, string, string];
/** Alice has started the particle; carol runs the service. */
const call = { peerId: carol, initPeerId: alice, now: () => 0 } as unknown as CallFacts;
const ANSWER = { peerId: bob, serviceId: 's', functionName: 'f', getter: '.$.a' };
const LITERAL = { peerId: alice, serviceId: '', functionName: '', getter: '' };

const origin = (change: Partial<Origin> = {}): Origin => ({
  kind: 'service',
  tetraplet: ANSWER,
  record: 'aa',
  arguments: [],
  parts: [],
  selectors: [],
  ...change,
});
const literal = (change: Partial<Origin> = {}): Origin =>
  origin({ kind: 'literal', tetraplet: LITERAL, record: undefined, ...change });

/** What a guard says of an argument with this origin and value. */
function said(guard: Guard, of: Origin | undefined, valueJson: string | undefined = '1'): Reason | undefined {
  const value = valueJson === undefined ? undefined : (JSON.parse(valueJson) as never);
  const tetraplets = of === undefined ? [] : [of.tetraplet];
  return guard.check({ origin: of, value, valueJson, tetraplets, elementwise: false }, call);
}

describe('expectOrigin', () => {
  const guard = expectOrigin(bob, 's', 'f', '.$.a');

  it('allows the four parts of one origin', () => expect(said(guard, origin())).toBeUndefined());

  it.each([{ peerId: carol }, { serviceId: 't' }, { functionName: 'g' }, { getter: '' }])(
    'denies another part: %j',
    part => {
      const found = { ...ANSWER, ...part };
      expect(said(guard, origin({ tetraplet: found }))).toEqual({ kind: 'origin', expected: ANSWER, found });
    },
  );
});

describe('expectOrigin of several origins', () => {
  const guard = expectOrigin(bob, 's', 'f', '.$.a');
  const asked = (tetraplets: readonly (typeof ANSWER)[], elementwise: boolean) =>
    guard.check({ origin: origin(), value: 1, valueJson: '1', tetraplets, elementwise }, call);

  it.each([
    [[ANSWER, ANSWER], false],
    [[ANSWER, ANSWER], true],
    [[ANSWER], true],
  ] as const)('denies %j, element by element: %s', (tetraplets, elementwise) => {
    const count = tetraplets.length;
    expect(asked(tetraplets, elementwise)).toEqual({ kind: 'many-origins', count, expected: ANSWER });
  });

  it('names what is missing if there is none', () =>
    expect(asked([], false)).toEqual({ kind: 'no-origin', expected: ANSWER }));

  it('says in its own name which part is wrong', () =>
    expect(() => expectOrigin('bob', 's', 'f', '')).toThrow(/^expectOrigin: /u));
});

describe('what a denial says', () => {
  const text = (reason: Reason): string =>
    formatDenial({ serviceId: 's', functionName: 'f', caller: reason, arguments: [] }, () => 'a peer');

  it('of a caller that no rule allows', () =>
    expect(text({ kind: 'not-allowed', found: bob }).split('\n')).toEqual([
      'denied `s.f`',
      '  caller is not allowed by any access rule',
      '    found    a peer',
    ]));

  it('of a rule of a policy, with its text or without', () => {
    const rule = { rule: 'r', arguments: [], caller: { kind: 'uncovered' } as const };
    const said = (more: object): string[] =>
      formatDenial({
        serviceId: 's',
        functionName: 'f',
        arguments: [],
        policy: [{ ...rule, ...more }],
      }).split('\n');
    const tail = '    caller may not use a function that no rule of the policy covers';
    expect(said({})).toEqual(['denied `s.f`', '  policy rule `r`', tail]);
    expect(said({ because: 'why' })).toEqual(['denied `s.f`', '  policy rule `r`: why', tail]);
  });

  it('names of two alternatives that miss by as much the first', () => {
    const miss = (peerId: string) =>
      ({ kind: 'origin', expected: { ...ANSWER, peerId }, found: ANSWER }) as const;
    const denial = {
      serviceId: 's',
      functionName: 'f',
      arguments: [
        { name: 'x', reason: { kind: 'any-of', reasons: [miss(alice), miss(carol)] } as const },
        { name: 'y', reason: miss(carol) },
      ],
    };
    const each = { kind: 'each', elements: [{ index: 3, reason: miss(carol) }], more: 0 } as const;
    expect(nearestMiss({ ...denial, arguments: [{ name: 'x', reason: each }] })).toMatchObject({
      expected: { peerId: carol },
    });
    expect(nearestMiss(denial)).toMatchObject({
      argument: 'x',
      expected: { peerId: alice },
      differs: ['peerId'],
    });
  });
});

describe('expectLiteral', () => {
  it('allows a literal of the init peer, by its canonical text', () => {
    expect(said(expectLiteral(), literal())).toBeUndefined();
    expect(said(expectLiteral(1, 'x'), literal())).toBeUndefined();
    expect(said(expectLiteral(1, 'x'), literal(), '"x"')).toBeUndefined();
  });

  it('denies everything else, each with its reason', () => {
    expect(said(expectLiteral(), undefined, undefined)).toEqual({ kind: 'no-origin' });
    expect(said(expectLiteral(), undefined)).toEqual({ kind: 'no-origin' });
    expect(said(expectLiteral(), origin())).toEqual({ kind: 'not-literal', found: ANSWER });
    const ofBob = { ...LITERAL, peerId: bob };
    expect(said(expectLiteral(), literal({ tetraplet: ofBob }))).toEqual({
      kind: 'not-literal',
      found: ofBob,
    });
    expect(said(expectLiteral(2), literal())).toEqual({ kind: 'value', expected: ['2'], found: '1' });
    expect(said(expectLiteral(1), literal(), '1.0')).toEqual({
      kind: 'value',
      expected: ['1'],
      found: '1.0',
    });
    expect(said(expectLiteral(), literal({ selectors: [bob] }))).toMatchObject({ kind: 'selected' });
  });
});

describe('literalOf', () => {
  it('allows what the script of that peer wrote', () => {
    expect(said(literalOf(alice), literal())).toBeUndefined();
  });

  it('denies what only looks like one', () => {
    const ofBob = literal({ tetraplet: { ...LITERAL, peerId: bob } });
    for (const [guard, of] of [
      [literalOf(bob), ofBob],
      [literalOf(alice), ofBob],
      [literalOf(alice), literal({ kind: 'service' })],
      [literalOf(alice), literal({ record: 'aa' })],
      [literalOf(alice), literal({ arguments: [origin()] })],
    ] as const)
      expect(said(guard, of)).toMatchObject({ kind: 'not-literal', found: of.tetraplet });
    expect(said(literalOf(alice), undefined)).toEqual({ kind: 'no-origin' });
  });
});

describe('from', () => {
  it('says which of its arguments is wrong, in its own name', () => {
    for (const build of [
      () => from('bob', 's', 'f', ''),
      () => from(bob, '', 'f', ''),
      () => from(bob, 's', '', ''),
      () => from(bob, 's', 'f', 'a'),
      () => from(bob, 's', 'f', '', 'no rule' as never),
    ])
      expect(build).toThrow(/^from: /u);
  });

  it('takes one part, or any', () => {
    expect(said(from(bob, 's', 'f', '.$.a'), origin())).toBeUndefined();
    expect(said(from(bob, 's', 'f', anyPart), origin())).toBeUndefined();
    expect(said(from(bob, 's', 'f', ''), origin())).toMatchObject({ kind: 'origin' });
    expect(said(from(bob, 's', 'f', anyPart, literalOf(alice)), origin())).toMatchObject({
      kind: 'not-literal',
    });
  });
});

describe('ofOne', () => {
  it('says what was expected of a value that has no origin, if that is known', () => {
    const asked = () => undefined;
    expect(ofOne({ origin: undefined }, undefined, asked)).toStrictEqual({ kind: 'no-origin' });
    expect(ofOne({ origin: undefined }, ANSWER, asked)).toStrictEqual({
      kind: 'no-origin',
      expected: ANSWER,
    });
    expect(ofOne({ origin: origin() }, ANSWER, asked)).toBeUndefined();
  });
});

describe('isMonitored', () => {
  it.each<[unknown, boolean]>([
    [monitor(expectLiteral()), true],
    [expectLiteral(), false],
    [undefined, false],
    [null, false],
    ['guard', false],
    [7, false],
  ])('%j: %s', (guard, is) => expect(isMonitored(guard)).toBe(is));
});

describe('the peer of an identity', () => {
  const identity = (current: string | undefined, ...accepted: string[]): PeerIdentity => ({
    name: alice,
    current,
    accepts: peerId => accepted.includes(peerId),
  });

  it('is the one that was found, if its key is accepted', () => {
    expect(resolveOriginPeer(identity(bob, alice, bob), call, alice)).toBe(alice);
    expect(resolveOriginPeer(identity(bob, alice, bob), call, bob)).toBe(bob);
  });

  it('is else the current key, or, where that is what was refused, no key at all', () => {
    expect(resolveOriginPeer(identity(bob, alice, bob), call, carol)).toBe(bob);
    expect(resolveOriginPeer(identity(bob, bob), call, undefined)).toBe(bob);
    expect(resolveOriginPeer(identity(bob), call, bob)).toBe(`a key of ${alice}`);
    expect(resolveOriginPeer(identity(undefined), call, carol)).toBe(`a key of ${alice}`);
  });
});
