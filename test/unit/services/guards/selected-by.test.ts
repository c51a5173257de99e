import { describe, expect, test } from 'vitest';
import {
  derivedOnlyFrom,
  expectLiteral,
  formatDenial,
  from,
  hostPeer,
  initPeer,
  literalOf,
  selectedBy,
  whose,
  type OriginRule,
  type PeerRef,
} from '../../../../services/index.ts';
import type { Origin } from '../../../../interpreter/index.ts';
import {
  ALICE,
  BOB,
  facts,
  HOST,
  MALLORY,
  composedOf,
  literal,
  named,
  originOf,
  tetraplet,
} from '../harness.ts';

const selected = (...selectors: string[]): Origin => ({ ...originOf(literal(ALICE)), selectors });
const kindOf = (rule: OriginRule, origin: Origin | undefined): string =>
  rule.check({ origin }, facts())?.kind ?? 'allowed';

describe('selectedBy', () => {
  test.each([
    ['nobody', [], [], 'allowed'],
    ['the init peer', [ALICE], [], 'allowed'],
    ['another', [BOB], [], 'selected'],
    ['the init peer and another', [ALICE, BOB], [], 'selected'],
    ['one that is named', [BOB], [BOB], 'allowed'],
    ['the host, by its token', [HOST], [hostPeer], 'allowed'],
    ['the host, where it is not named', [HOST], [], 'selected'],
    ['one that is named, and one that is not', [BOB, MALLORY], [BOB], 'selected'],
    ['all that are named', [MALLORY, BOB], [BOB, MALLORY], 'allowed'],
    ['more than can be listed', ['*'], [BOB], 'selected'],
  ] as [string, string[], PeerRef[], string][])('a value that %s selected', (_, selectors, peers, kind) => {
    const origin = selected(...selectors);
    expect(kindOf(selectedBy(...peers), origin)).toBe(kind);
    expect(kindOf(literalOf(initPeer).selectedBy(...peers), origin)).toBe(kind);
    expect(kindOf(whose(0, literalOf(initPeer).selectedBy(...peers)), answer(origin))).toBe(
      kind === 'allowed' ? kind : 'whose',
    );
    const literalGuard = expectLiteral().selectedBy(...peers);
    const argument = { value: 1, valueJson: '1', tetraplets: [origin.tetraplet], elementwise: false, origin };
    expect(literalGuard.check(argument, facts())?.kind ?? 'allowed').toBe(kind);
  });

  test('without a value there is nothing to select', () => {
    expect(kindOf(selectedBy(), undefined)).toBe('no-origin');
  });

  test('an answer keeps no selectors of its arguments', () => {
    expect(kindOf(selectedBy(), answer(selected(MALLORY)))).toBe('allowed');
  });

  test('refuses what is not a peer', () => {
    for (const build of [selectedBy, literalOf(initPeer).selectedBy, expectLiteral().selectedBy]) {
      expect(() => build('*')).toThrow(/selectedBy: peer must be a peer id/);
      expect(() => build('')).toThrow(TypeError);
    }
  });

  test('does not change the rule itself when a copy names peers', () => {
    const rule = literalOf(initPeer);
    rule.selectedBy(BOB);
    expect(kindOf(rule, selected(BOB))).toBe('selected');
  });
});

/** One call has one record. */
let records = 0;
const answer = (...args: Origin[]): Origin => ({
  ...originOf(tetraplet(BOB, 'book', 'find')),
  record: `record ${(records += 1)}`,
  arguments: args,
});

describe('derivedOnlyFrom', () => {
  const literals = derivedOnlyFrom(literalOf(initPeer));
  const answers = derivedOnlyFrom(from(BOB, 'book', 'find', ''), literalOf(initPeer));

  test.each([
    ['a canon of the init peer', literals, composedOf([selected(ALICE)], ALICE, [ALICE]), 'allowed'],
    ['a canon of another', literals, composedOf([selected(BOB)], BOB, [BOB]), 'derived'],
    ['the length of an empty one', literals, composedOf([], BOB, [BOB]), 'derived'],
    ['a canon of answers', answers, composedOf([answer()], BOB, [BOB]), 'derived'],
    ['a canon of answers, by the init peer', answers, composedOf([answer()], ALICE, [ALICE]), 'allowed'],
    [
      'answers whose arguments another selected',
      answers,
      composedOf([answer(selected(BOB))], ALICE, [ALICE]),
      'derived',
    ],
    [
      'the same, where that one may',
      derivedOnlyFrom(from(BOB, 'book', 'find', ''), literalOf(initPeer).selectedBy(BOB)),
      composedOf([answer(selected(BOB))], ALICE, [ALICE]),
      'allowed',
    ],
    [
      'a canon of another, where that one may',
      derivedOnlyFrom(literalOf(initPeer).selectedBy(BOB)).selectedBy(BOB),
      composedOf([selected(BOB)], BOB, [BOB]),
      'allowed',
    ],
    [
      '… but only for the count, not for the elements',
      derivedOnlyFrom(literalOf(initPeer)).selectedBy(BOB),
      composedOf([selected(BOB)], BOB, [BOB]),
      'derived',
    ],
  ] as [string, OriginRule, Origin, string][])('%s', (_, rule, origin, kind) => {
    expect(kindOf(rule, origin)).toBe(kind);
  });

  test('one literal twice, selected and not, is two origins', () => {
    const origin = composedOf([selected(), selected(BOB)], ALICE, [ALICE]);
    expect(kindOf(literals, origin)).toBe('derived');
  });
});

describe('the denial', () => {
  test.each([
    [[BOB], 'alice', 'bob'],
    [[BOB, MALLORY], 'alice', 'bob, mallory'],
    [['*'], 'alice', 'an unknown peer, or more than 64'],
  ])('of %j', (selectors, expected, found) => {
    const reason = selectedBy().check({ origin: selected(...selectors) }, facts());
    if (reason === undefined) throw new TypeError('allowed');
    const denial = { serviceId: 's', functionName: 'f', arguments: [{ name: 'x', reason }] };
    expect(JSON.parse(JSON.stringify(denial))).toEqual(denial);
    expect(named(formatDenial(denial)).split('\n').slice(1)).toEqual([
      '  argument `x` was selected by the wrong peer',
      `    expected ${expected}`,
      `    found    ${found}`,
      '    hint     pass the value itself, or have one of the expected peers make the canon or the key',
    ]);
  });
});
