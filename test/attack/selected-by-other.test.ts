import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  anyPart,
  defineService,
  derivedOnlyFrom,
  expectLiteral,
  from,
  initPeer,
  literalOf,
  selectedBy,
  startService,
  whose,
  type CallDecision,
} from '../../services/index.ts';
import { idOf, withIds, withNames } from '../support/cast.ts';
import { guarded, LITERAL_RULES } from '../support/literal-bank.ts';
import { World } from '../support/world.ts';

// Goal:    another peer decides what passes for the customer's own choice.
// Means:   it picks one of several literals of the script: by a canon, by the length of one, or by an answer used as key or index.
// Refused: literal rules, derivedOnlyFrom and selectedBy ask the origin who selected the value.
const seq = (...instructions: string[]): string =>
  instructions.reduceRight((rest, first) => `(seq ${first} ${rest})`);

const adviser = defineService({
  id: 'adviser',
  functions: {
    which: { arguments: {}, guards: {}, handler: () => 1 },
    key: { arguments: {}, guards: {}, handler: () => 'k' },
    list: { arguments: {}, guards: {}, handler: () => ['good', 'bad'] },
    find: { arguments: { name: z.json() }, guards: {}, handler: ({ name }) => ({ name }) },
  },
});

const bank = defineService({
  id: 'bank',
  functions: {
    ...LITERAL_RULES,
    derived_from: guarded(derivedOnlyFrom(from(idOf('mallory'), 'adviser', 'list', anyPart))),
    asked: guarded(from(idOf('mallory'), 'adviser', 'find', '.$.name', whose(0, literalOf(initPeer)))),
    picked: guarded(from(idOf('mallory'), 'adviser', 'list', anyPart, selectedBy())),
    answer: guarded(from(idOf('mallory'), 'adviser', 'list', anyPart)),
    // Bob is the jury: he may select.
    jury: guarded(expectLiteral().selectedBy(idOf('bob'))),
    jury_of: guarded(literalOf(initPeer).selectedBy(idOf('bob'))),
    jury_count: guarded(derivedOnlyFrom(literalOf(initPeer).selectedBy(idOf('bob'))).selectedBy(idOf('bob'))),
    jury_answer: guarded(from(idOf('mallory'), 'adviser', 'list', anyPart, selectedBy(idOf('bob')))),
  },
});

/** What carol's bank decides about the script of alice. Mallory gives advice and makes canons, as bob does. */
async function decide(script: string): Promise<CallDecision> {
  const world = new World();
  const alice = world.add('alice');
  for (const name of ['bob', 'dave']) world.add(name);
  world.add('mallory', { services: [startService(adviser)] });
  world.add('carol', { services: [startService(bank)] });
  alice.run(withIds(script)).done.catch(() => undefined);
  await world.simulation.settle();
  expect(world.refusals).toEqual([]);
  const decisions = world.calls.filter(({ request }) => request.serviceId === 'bank');
  expect(decisions).toHaveLength(1);
  return (decisions[0] as { decision: CallDecision }).decision;
}

const ask = (fn: string, argument: string): string => `(call "carol" ("bank" "${fn}") [${argument}])`;
const two = seq('(ap "good" $s)', '(ap "bad" $s)');
const which = '(call "mallory" ("adviser" "which") [] i)';
const canon = (peer: string): string => seq(two, `(canon "${peer}" $s #c)`);
const map = (peer: string): string =>
  seq('(ap ("k" "good") %m)', '(ap ("l" "bad") %m)', `(canon "${peer}" %m #%mm)`);

describe('a literal that another peer selected', () => {
  const ways: [way: string, script: (peer: string) => string, argument: string][] = [
    ['the first of a canon', canon, '#c.$.[0]'],
    ['it, kept', peer => seq(canon(peer), '(ap #c.$.[0] x)'), 'x'],
    ['an element of a kept canon', peer => seq(canon(peer), '(ap #c x)'), 'x.$.[1]'],
    ['a value of a map', map, '#%mm.$.k.[0]'],
    ['a member of a map as an object', peer => map(peer).replace('#%mm', 'o'), 'o.$.k'],
    [
      'an element that went through a second canon',
      peer => seq(canon(peer), '(ap #c.$.[0] $t)', '(canon "alice" $t #d)'),
      '#d.$.[0]',
    ],
    [
      'an element of a canon inside another',
      peer => seq(canon(peer), '(ap #c $t)', '(canon "alice" $t #d)'),
      '#d.$.[0].[1]',
    ],
  ];
  const rules = ['literal', 'literal_of', 'derived'];
  const cases = ways.flatMap(way => rules.map(rule => [rule, ...way] as const));

  it.each(cases)('honest twin, %s: %s, selected by the init peer', async (rule, _, script, argument) => {
    expect((await decide(seq(script('alice'), ask(rule, argument)))).kind).toBe('served');
  });

  it.each(cases)('%s: %s', async (rule, _, script, argument) => {
    const decision = await decide(seq(script('mallory'), ask(rule, argument)));
    expect(decision.kind).toBe('denied');
    expect(JSON.stringify(decision)).toContain('"kind":"selected"');
  });

  it.each([
    ['jury', ...(ways[0] as (typeof ways)[0])],
    ['jury_of', ...(ways[3] as (typeof ways)[0])],
    ['jury_of', ...(ways[5] as (typeof ways)[0])],
    ['jury_count', ...(ways[0] as (typeof ways)[0])],
  ] as const)('%s names the peer that may: %s', async (rule, _, script, argument) => {
    expect((await decide(seq(script('bob'), ask(rule, argument)))).kind).toBe('served');
    expect((await decide(seq(script('alice'), ask(rule, argument)))).kind).toBe('served');
    expect((await decide(seq(script('mallory'), ask(rule, argument)))).kind).toBe('denied');
  });

  it('in a fold over a canon', async () => {
    const fold = (peer: string): string =>
      seq('(ap "good" $s)', `(canon "${peer}" $s #c)`, `(fold #c i ${ask('literal', 'i')})`);
    expect((await decide(fold('alice'))).kind).toBe('served');
    expect((await decide(fold('mallory'))).kind).toBe('denied');
  });

  it('honest twin: a fold over the stream itself gives every value its turn', async () => {
    expect((await decide(seq('(ap "good" $s)', `(fold $s i ${ask('literal', 'i')} (null))`))).kind).toBe(
      'served',
    );
  });

  it('further down: the name in a call of another service', async () => {
    const find = (peer: string): string =>
      seq(canon(peer), '(call "mallory" ("adviser" "find") [#c.$.[0]] x)', ask('asked', 'x.$.name'));
    expect((await decide(find('alice'))).kind).toBe('served');
    expect((await decide(find('mallory'))).kind).toBe('denied');
  });

  it('explains itself', async () => {
    const decision = await decide(seq(canon('mallory'), ask('jury', '#c.$.[0]')));
    expect('text' in decision && withNames(decision.text).split('\n')).toEqual([
      'denied `bank.jury`',
      '  argument `x` was selected by the wrong peer',
      '    expected alice or bob',
      '    found    mallory',
      '    hint     pass the value itself, or have one of the expected peers make the canon or the key',
    ]);
  });
});

describe('a literal that the answer of another peer picks', () => {
  it.each([
    ['as index of a canon', seq(which, canon('alice')), '#c.$.[i]'],
    ['as index of a kept canon', seq(which, canon('alice'), '(ap #c x)'), 'x.$.[i]'],
    ['as key of a map', seq('(call "mallory" ("adviser" "key") [] i)', map('alice')), '#%mm.$.[i].[0]'],
    [
      'as the key under which a value is put',
      seq('(call "mallory" ("adviser" "key") [] i)', '(ap (i "good") %m)', '(canon "alice" %m #%mm)'),
      '#%mm.$.k.[0]',
    ],
  ])('%s', async (_, script, argument) => {
    expect((await decide(seq(script, ask('literal', argument)))).kind).toBe('denied');
  });

  it('honest twin: a literal index and key', async () => {
    expect((await decide(seq('(ap 1 i)', canon('alice'), ask('literal', '#c.$.[i]')))).kind).toBe('served');
    const keyed = seq('(ap "k" i)', map('alice'), ask('literal', '#%mm.$.[i].[0]'));
    expect((await decide(keyed)).kind).toBe('served');
  });
});

describe('a number that another peer chose: how many elements a canon has', () => {
  const lengths: [way: string, script: (peer: string) => string, argument: string][] = [
    ['of a canon', canon, '#c.length'],
    ['kept', peer => seq(canon(peer), '(ap #c.length x)'), 'x'],
    ['of a kept canon', peer => seq(canon(peer), '(ap #c x)'), 'x.length'],
    ['of a map', map, '#%mm.length'],
  ];
  it.each(lengths)('%s', async (_, script, argument) => {
    expect((await decide(seq(script('alice'), ask('derived', argument)))).kind).toBe('served');
    expect((await decide(seq(script('mallory'), ask('derived', argument)))).kind).toBe('denied');
    expect((await decide(seq(script('bob'), ask('jury_count', argument)))).kind).toBe('served');
    expect((await decide(seq(script('dave'), ask('jury_count', argument)))).kind).toBe('denied');
  });

  it('counts of answers, too: the answers are genuine, their number is the choice of the canon', async () => {
    const answers = (peer: string): string =>
      seq(
        '(call "mallory" ("adviser" "list") [] $s)',
        `(canon "${peer}" $s #c)`,
        ask('derived_from', '#c.length'),
      );
    expect((await decide(answers('alice'))).kind).toBe('served');
    expect((await decide(answers('dave'))).kind).toBe('denied');
  });

  it('the length of an answer is the answer’s, and a literal list has no other selector', async () => {
    const length = seq('(call "mallory" ("adviser" "list") [] x)', ask('derived_from', 'x.length'));
    expect((await decide(length)).kind).toBe('served');
    expect((await decide(ask('derived', '[]'))).kind).toBe('served');
  });
});

describe('an answer that another peer selected', () => {
  const answers = (peer: string): string =>
    seq('(call "mallory" ("adviser" "list") [] $s)', `(canon "${peer}" $s #c)`);

  it('is still an answer, for rules that do not check selectors', async () => {
    expect((await decide(seq(answers('dave'), ask('answer', '#c.$.[0]')))).kind).toBe('served');
  });

  it('is denied by selectedBy', async () => {
    expect((await decide(seq(answers('alice'), ask('picked', '#c.$.[0]')))).kind).toBe('served');
    expect((await decide(seq(answers('dave'), ask('picked', '#c.$.[0]')))).kind).toBe('denied');
    expect((await decide(seq(answers('bob'), ask('jury_answer', '#c.$.[0]')))).kind).toBe('served');
    expect((await decide(seq(answers('dave'), ask('jury_answer', '#c.$.[0]')))).kind).toBe('denied');
  });

  it('a part that another answer picked', async () => {
    const part = (index: string): string =>
      seq(which, '(call "mallory" ("adviser" "list") [] x)', ask('picked', `x.$.[${index}]`));
    expect((await decide(part('1'))).kind).toBe('served');
    expect((await decide(part('i'))).kind).toBe('denied');
  });
});
