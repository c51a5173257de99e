import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  anyPart,
  defineService,
  derivedOnlyFrom,
  each,
  expectLiteral,
  fail,
  from,
  initPeer,
  literalOf,
  startService,
  whose,
  type CallDecision,
  type Reason,
} from '../../services/index.ts';
import { idOf, withIds } from '../support/cast.ts';
import { World } from '../support/world.ts';

// Goal:    a transfer to an account that the customer did not choose, though it stands in the customer's own address book.
// Means:   somebody else's text becomes the question to the address book, by whatever way a script can take it.
// Refused: the bank asks what the address book was asked; that text is no literal of the customer's script.

/** Of alice, the customer: everybody she ever paid. */
const book = defineService({
  id: 'book',
  functions: {
    find: {
      arguments: { name: z.json() },
      guards: {},
      handler: ({ name }) =>
        typeof name === 'string' && name.startsWith('nobody')
          ? fail('Mallory')
          : { account: `account of ${JSON.stringify(name)}`, name },
    },
  },
});
/** Of bob, who delivers what strangers write. */
const mail = defineService({
  id: 'mail',
  functions: {
    read: {
      arguments: {},
      guards: {},
      handler: () => ({
        payee: 'Mallory',
        payees: ['Mallory'],
        field: 'name',
        amount: 5,
        error: { error_code: 7, message: 'Mallory' },
      }),
    },
    bounce: { arguments: {}, guards: {}, handler: () => fail('Mallory') },
  },
});
/** Of dave, who is trusted to compute. */
const calculator = defineService({
  id: 'sums',
  functions: {
    add: { arguments: { a: z.json(), b: z.json().optional() }, guards: {}, handler: () => [1, 2] },
  },
});
const echo = defineService({
  id: 'echo',
  functions: { say: { arguments: { text: z.json() }, guards: {}, handler: ({ text }) => text ?? null } },
});
const chosen = from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer)));
const bank = defineService({
  id: 'bank',
  functions: {
    pay: { arguments: { account: z.json() }, guards: { account: chosen }, handler: () => 'paid' },
    pay_all: { arguments: { accounts: z.json() }, guards: { accounts: each(chosen) }, handler: () => 'paid' },
    invest: {
      arguments: { amount: z.json() },
      guards: {
        amount: derivedOnlyFrom(literalOf(initPeer), from(idOf('dave'), 'sums', 'add', anyPart)),
      },
      handler: () => 'paid',
    },
    note: { arguments: { text: z.json() }, guards: { text: expectLiteral() }, handler: () => 'paid' },
  },
});

/** What carol's bank decides about the script of alice. */
async function decide(script: string): Promise<CallDecision> {
  const world = new World();
  const alice = world.add('alice', { services: [startService(book)] });
  world.add('bob', { services: [startService(mail)] });
  world.add('carol', { services: [startService(bank)] });
  world.add('dave', { services: [startService(calculator), startService(echo)] });
  world.add('mallory', { services: [startService(book), startService(echo)] });
  const run = alice.run(withIds(script));
  run.done.catch(() => undefined);
  await world.simulation.settle();
  expect(world.refusals).toEqual([]);
  const decisions = world.calls.filter(({ request }) => request.serviceId === 'bank');
  expect(decisions).toHaveLength(1);
  return (decisions[0] as { decision: CallDecision }).decision;
}

/** The kinds of the reason, from the argument down. */
function kinds(reason: Reason | undefined): string[] {
  if (reason === undefined) return [];
  if (reason.kind === 'whose' || reason.kind === 'derived') return [reason.kind, ...kinds(reason.reason)];
  if (reason.kind === 'each') return [reason.kind, ...kinds(reason.elements[0]?.reason)];
  if (reason.kind === 'any-of') return [reason.kind, ...reason.reasons.flatMap(kinds)];
  return [reason.kind];
}

async function denied(script: string): Promise<string> {
  const decision = await decide(script);
  if (decision.kind !== 'denied') return decision.kind;
  expect(decision.code).toBe('ERR_CALL_DENIED_GUARD');
  expect(decision.denial.arguments).toHaveLength(1);
  return kinds(decision.denial.arguments[0]?.reason).join(' ');
}

/** One after the other. */
const seq = (...instructions: string[]): string =>
  instructions.reduceRight((rest, first) => `(seq ${first} ${rest})`);

const read = '(call "bob" ("mail" "read") [] mail)';
const find = (name: string): string => `(call "alice" ("book" "find") [${name}] payee)`;
const pay = (account: string): string => `(call "carol" ("bank" "pay") [${account}])`;
const asking = (name: string): string => seq(find(name), pay('payee.$.account'));

describe('the name that the address book is asked for', () => {
  /** The same way twice: with the customer's own literal, and with the text of the mail. */
  const ways: [way: string, script: (name: string) => string][] = [
    ['straight', name => asking(name)],
    ['a chain of ap', name => seq(`(ap ${name} a)`, '(ap a b)', '(ap b c)', asking('c'))],
    [
      'a stream and an element of its canon',
      name => seq(`(ap ${name} $s)`, '(canon "mallory" $s #c)', asking('#c.$.[0]')),
    ],
    [
      'ap of an element of a canon',
      name => seq(`(ap ${name} $s)`, '(canon "alice" $s #c)', '(ap #c.$.[0] x)', asking('x')),
    ],
    [
      'a fold over a canon',
      name => seq(`(ap ${name} $s)`, '(canon "alice" $s #c)', `(fold #c i ${asking('i')})`),
    ],
    ['a fold over a stream', name => seq(`(ap ${name} $s)`, `(fold $s i ${asking('i')} (null))`)],
    [
      'a value of a canon map',
      name => seq(`(ap ("k" ${name}) %m)`, '(canon "mallory" %m #%mm)', asking('#%mm.$.k.[0]')),
    ],
    [
      'ap of all values of a key, then one of them',
      name => seq(`(ap ("k" ${name}) %m)`, '(canon "alice" %m #%mm)', '(ap #%mm.$.k x)', asking('x.$.[0]')),
    ],
    [
      'a member of a map as an object',
      name => seq(`(ap ("k" ${name}) %m)`, '(canon "alice" %m object)', asking('object.$.k')),
    ],
    [
      'the value of a pair',
      name => seq(`(ap ("k" ${name}) %m)`, `(fold %m pair ${asking('pair.$.value')} (null))`),
    ],
    [
      'the key of a pair',
      name => seq(`(ap (${name} "v") %m)`, `(fold %m pair ${asking('pair.$.key')} (null))`),
    ],
    ['a branch', name => seq(`(xor (match 1 1 (ap ${name} x)) (null))`, asking('x'))],
    [
      'new around it',
      name => `(new $s ${seq(`(ap ${name} $s)`, '(canon "alice" $s #c)', asking('#c.$.[0]'))})`,
    ],
  ];

  it.each(ways)('honest twin, by way of %s: a literal is a literal', async (_, script) => {
    expect((await decide(seq(read, script('"Rossi"')))).kind).toBe('served');
  });

  it.each(ways)('of a mail, by way of %s', async (_, script) => {
    expect(await denied(seq(read, script('mail.$.payee')))).toBe('whose not-literal');
  });

  it.each([
    ['a field chosen by a literal', seq(read, '(ap "payee" key)', asking('mail.$.[key]'))],
    ['a list of the mail', seq(read, `(fold mail.$.payees i ${asking('i')})`)],
    [
      'the error of a mail that bounced',
      `(xor (call "bob" ("mail" "bounce") [] mail) ${asking(':error:.$.message')})`,
    ],
    [
      'the other error register',
      `(xor (call "bob" ("mail" "bounce") [] mail) ${seq('(ap %last_error%.$.message x)', asking('x'))})`,
    ],
    [
      'an error that the mail wrote, thrown by the script',
      seq(read, `(xor (fail mail.$.error) ${asking('%last_error%.$.message')})`),
    ],
    [
      'a service that says what it is told',
      seq(read, '(call "dave" ("echo" "say") [mail.$.payee] x)', asking('x')),
    ],
    ['that service, told a literal', seq('(call "dave" ("echo" "say") ["Rossi"] x)', asking('x'))],
    ['its length', seq('(ap "a" $s)', '(canon "alice" $s #c)', asking('#c.length'))],
    [
      'data of the customer that is not in the script',
      seq('(call "alice" ("book" "find") ["x"] x)', asking('x.$.name')),
    ],
  ])('%s', async (_, script) => {
    expect(await denied(script)).toBe('whose not-literal');
  });

  /** What the init peer puts together has the tetraplet of a literal; so have errors of no call, which quote what they are about. */
  const disguises: [what: string, script: (text: string, use: (name: string) => string) => string][] = [
    ['a whole canon of one', (text, use) => seq(`(ap ${text} $s)`, '(canon "alice" $s #c)', use('#c'))],
    ['it, kept', (text, use) => seq(`(ap ${text} $s)`, '(canon "alice" $s #c)', '(ap #c x)', use('x'))],
    [
      'it, by another peer',
      (text, use) => seq(`(ap ${text} $s)`, '(canon "mallory" $s #c)', '(ap #c x)', use('x')),
    ],
    [
      'a canon of two',
      (text, use) => seq('(ap "Rossi" $s)', `(ap ${text} $s)`, '(canon "alice" $s #c)', use('#c')),
    ],
    [
      'a map as an object',
      (text, use) => seq(`(ap ("k" ${text}) %m)`, '(canon "alice" %m object)', use('object')),
    ],
    [
      'all values of a key',
      (text, use) => seq(`(ap ("k" ${text}) %m)`, '(canon "alice" %m #%mm)', '(ap #%mm.$.k x)', use('x')),
    ],
    [
      'a pair with a literal value',
      (text, use) => seq(`(ap (${text} "v") %m)`, `(fold %m pair ${use('pair')} (null))`),
    ],
    [
      'a pair with a literal key',
      (text, use) => seq(`(ap ("k" ${text}) %m)`, `(fold %m pair ${use('pair')} (null))`),
    ],
    [
      'an error that quotes what it stands in',
      (_, use) => `(xor (ap mail.$.nothing x) ${seq('(ap :error:.$.message x)', use('x'))})`,
    ],
    ['a failure that quotes it', (_, use) => `(xor (fail mail.$.error) ${use(':error:.$.message')})`],
  ];
  it.each(disguises)('of a mail, as %s', async (_, script) => {
    expect(await denied(seq(read, script('mail.$.payee', asking)))).toBe('whose not-literal');
  });

  it.each(disguises)('of a mail, as %s, where a literal of the script is expected', async (_, script) => {
    const note = (text: string): string => `(call "carol" ("bank" "note") [${text}])`;
    expect(await denied(seq(read, script('mail.$.payee', note)))).toBe('not-literal');
  });

  it('honest twin of the latter', async () => {
    expect((await decide('(call "carol" ("bank" "note") ["Rossi"])')).kind).toBe('served');
    expect(
      (
        await decide(
          seq('(ap "Rossi" $s)', '(canon "alice" $s #c)', '(call "carol" ("bank" "note") [#c.$.[0]])'),
        )
      ).kind,
    ).toBe('served');
  });

  it('an empty canon', async () => {
    expect(await denied(seq('(canon "alice" $s #c)', asking('#c')))).toBe('whose not-literal');
  });
});

describe('the account itself', () => {
  it('honest twins: the field, by whatever way', async () => {
    for (const script of [
      seq(find('"Rossi"'), '(ap "account" key)', pay('payee.$.[key]')),
      seq(find('"Rossi"'), '(ap payee.$.account x)', '(ap x $s)', '(canon "mallory" $s #c)', pay('#c.$.[0]')),
      `(xor ${asking('"nobody"')} ${asking('"Rossi"')})`,
    ])
      expect((await decide(script)).kind).toBe('served');
  });

  it.each([
    ['out of the mail', seq(read, pay('mail.$.payee')), 'origin'],
    ['a literal', pay('"account"'), 'origin'],
    [
      'another field, chosen by the mail',
      seq(read, find('"Rossi"'), '(ap mail.$.field key)', pay('payee.$.[key]')),
      'origin',
    ],
    ['the whole answer', seq(find('"Rossi"'), pay('payee')), 'origin'],
    [
      'an address book of somebody else',
      seq('(call "mallory" ("book" "find") ["Rossi"] payee)', pay('payee.$.account')),
      'origin',
    ],
    ['the error of the address book', `(xor ${find('"nobody"')} ${pay(':error:.$.message')})`, 'origin'],
    [
      'the answer, said again by somebody else',
      seq(find('"Rossi"'), '(call "mallory" ("echo" "say") [payee.$.account] x)', pay('x')),
      'origin',
    ],
    [
      'composed',
      seq(find('"Rossi"'), '(ap payee.$.account $s)', '(canon "alice" $s #c)', '(ap #c x)', pay('x')),
      'origin',
    ],
    [
      'a whole canon of one',
      seq(find('"Rossi"'), '(ap payee.$.account $s)', '(canon "alice" $s #c)', pay('#c')),
      'origin',
    ],
  ])('%s', async (_, script, kind) => {
    expect(await denied(script)).toBe(kind);
  });
});

describe('a canon of accounts', () => {
  const all = (...names: string[]): string =>
    seq(
      read,
      ...names.map((name, i) => `(call "alice" ("book" "find") [${name}] payee${i})`),
      ...names.map((_, i) => `(ap payee${i}.$.account $accounts)`),
      '(canon "mallory" $accounts #accounts)',
      '(call "carol" ("bank" "pay_all") [#accounts])',
    );

  it('honest twin', async () => {
    expect((await decide(all('"Rossi"', '"Bianchi"'))).kind).toBe('served');
  });

  it('one of them asked for by the mail', async () => {
    expect(await denied(all('"Rossi"', 'mail.$.payee'))).toBe('each whose not-literal');
  });
});

describe('an amount that must be computed from literals alone', () => {
  const add = (to: string, ...args: string[]): string =>
    `(call "dave" ("sums" "add") [${args.join(' ')}] ${to})`;
  const invest = (amount: string): string => `(call "carol" ("bank" "invest") [${amount}])`;
  const ways: [way: string, script: (amount: string) => string][] = [
    ['straight', amount => seq(add('x', '1', amount), invest('x.$.[0]'))],
    [
      'several sums',
      amount => seq(add('x', '1', amount), add('y', 'x', '2'), add('z', 'y.$.[1]', 'x'), invest('z')),
    ],
    [
      'a canon, given as a whole',
      amount =>
        seq('(ap 1 $s)', `(ap ${amount} $s)`, '(canon "mallory" $s #c)', add('x', '#c', '2'), invest('x')),
    ],
    [
      'a canon, kept, and a pair',
      amount =>
        seq(
          '(ap 1 $s)',
          `(ap ${amount} $s)`,
          '(canon "mallory" $s #c)',
          '(ap #c x)',
          `(ap ("k" x) %m)`,
          `(fold %m pair ${seq(add('y', 'pair'), invest('y'))} (null))`,
        ),
    ],
    [
      'a fold that goes on with its own sum',
      amount =>
        seq(
          add('x', '0', amount),
          '(ap x.$.[0] $s)',
          `(fold $s i ${seq(add('y', 'i', '1'), invest('y'))} (null))`,
        ),
    ],
  ];

  it.each(ways)('honest twin, by way of %s', async (_, script) => {
    expect((await decide(seq(read, script('3')))).kind).toBe('served');
  });

  it.each(ways)('with a summand of a mail, by way of %s', async (_, script) => {
    expect(await denied(seq(read, script('mail.$.amount')))).toBe('derived any-of not-literal origin');
  });

  it('a sum of somebody else', async () => {
    const others = seq('(call "dave" ("echo" "say") [1] x)', add('y', 'x', '1'), invest('y'));
    expect(await denied(others)).toBe('derived any-of not-literal origin');
  });

  it('sums of themselves, sixty times over, are decided at once, both ways', async () => {
    const sums = (first: string): string =>
      seq(
        read,
        add('x0', first),
        ...Array.from({ length: 60 }, (_, i) => add(`x${i + 1}`, `x${i}`, `x${i}`)),
        invest('x60'),
      );
    expect((await decide(sums('1'))).kind).toBe('served');
    expect(await denied(sums('mail.$.amount'))).toBe('derived any-of not-literal origin');
  });
});
