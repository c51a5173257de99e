import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  checkPolicy,
  createRegistry,
  defineService,
  parsePolicy,
  startService,
  type KnownServices,
  type PolicyFile,
} from '../../../../services/index.ts';
import { ALICE, BANK, BOB } from '../harness.ts';

type Rule = PolicyFile['rules'][number];
const check = (rules: readonly Partial<Rule>[], known?: KnownServices): string[] => {
  const all = rules.map((rule, i) => ({ id: `r${i}`, service: 'bank', functions: ['pay'], ...rule }));
  return checkPolicy(parsePolicy({ format: 'beryl/policy/1', rules: all }), known).map(({ text }) => text);
};
const from = (peer: string, fn = 'find') => ({ from: { peer, service: 'book', function: fn } });

describe('checkPolicy', () => {
  it.each<readonly [string, readonly Partial<Rule>[], readonly string[]]>([
    ['nothing in good rules', [{ initPeers: [ALICE] }, { arguments: { to: { literal: true } } }], []],
    ['rules that are off', [{ mode: 'off', maxAgeMs: 1 }], ['rule `r0` is off: it does nothing']],
    [
      'a literal that is an answer',
      [{ arguments: { to: { allOf: [{ literal: true }, from(ALICE)] } } }],
      ['rule `r0` lets no call pass: argument `to` cannot be all that they demand'],
    ],
    [
      'two rules with different origins',
      [{ arguments: { to: from(ALICE) } }, { arguments: { to: from(BOB) } }],
      ['rules `r0` and `r1` together let no call pass: argument `to` cannot be all that they demand'],
    ],
    [
      'two rules with different literals',
      [{ arguments: { to: { literal: [1, 2] } } }, { arguments: { to: { literal: [3] } } }],
      ['rules `r0` and `r1` together let no call pass: argument `to` cannot be all that they demand'],
    ],
    [
      'two rules with different init peers',
      [{ initPeers: [ALICE] }, { initPeers: [BOB], service: '*', functions: '*' }],
      ['rules `r0` and `r1` together let no call pass: they name different init peers'],
    ],
    [
      'repeated rules',
      [{ initPeers: [ALICE], because: 'a' }, { initPeers: [ALICE] }],
      ['rule `r1` repeats `r0`'],
    ],
  ])('finds %s', (_, rules, texts) => {
    expect(check(rules)).toEqual(texts);
  });

  it.each<readonly [string, readonly Partial<Rule>[]]>([
    [
      'a literal of several, and any literal',
      [{ arguments: { to: { literal: [1, 2] } } }, { arguments: { to: { literal: true } } }],
    ],
    [
      'literals in common',
      [{ arguments: { to: { literal: [1, 2] } } }, { arguments: { to: { literal: [2, 3] } } }],
    ],
    [
      'an alternative in common',
      [
        { arguments: { to: { anyOf: [from(ALICE), { literal: true }] } } },
        { arguments: { to: { literal: ['a'] } } },
      ],
    ],
    [
      'the init peer, which may be that peer',
      [{ arguments: { to: from('init') } }, { arguments: { to: from(ALICE) } }],
    ],
    ['init peers that depend on the call', [{ initPeers: ['host'] }, { initPeers: [BOB] }]],
    ['other functions', [{ initPeers: [ALICE] }, { functions: ['balance'], initPeers: [BOB] }]],
  ])('is content with %s', (_, rules) => expect(check(rules)).toEqual([]));

  it('finds what no service has', () => {
    const service = (id: string, fn: string) =>
      startService(
        defineService({
          id,
          functions: { [fn]: { arguments: { to: z.json() }, guards: {}, handler: () => null } },
        }),
      );
    const known: KnownServices = {
      here: createRegistry([service('bank', 'pay')]),
      of: peerId => (peerId === BANK ? createRegistry([service('book', 'find')]) : undefined),
    };
    expect(
      check([{ arguments: { to: from(BANK) } }, { arguments: { to: from(BOB, 'any') } }], known),
    ).toEqual([
      'rules `r0` and `r1` together let no call pass: argument `to` cannot be all that they demand',
    ]);
    expect(
      check(
        [
          { service: 'mail', maxAgeMs: 1 },
          { functions: ['pai'], maxAgeMs: 1 },
          { arguments: { too: { literal: true } } },
          { arguments: { to: { each: from(BANK, 'fnd') } } },
        ],
        known,
      ),
    ).toEqual([
      'rule `r0` can never match: the peer has no service `mail`',
      'rule `r1` can never match: `bank` has no function `pai`; did you mean `pay`?',
      'rule `r2` can never match: `bank.pay` has no argument `too`; did you mean `to`?',
      `rule \`r3\` can never match: peer \`${BANK}\` has no function \`book.fnd\``,
    ]);
  });
});
