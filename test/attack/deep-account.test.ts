import { describe, expect, it } from 'vitest';
import { asking, decide, denied, find, pay, read, seq } from '../support/bank.ts';

// Goal:    a transfer to an account that is not the customer's address book's.
// Means:   an account out of a mail, another field, an error, somebody else's book, or one bad account among good ones.
// Refused: from names peer, service, function and field; each asks it of every element.
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
      'an address book of another peer',
      seq('(call "mallory" ("book" "find") ["Rossi"] payee)', pay('payee.$.account')),
      'origin',
    ],
    ['the error of the address book', `(xor ${find('"nobody"')} ${pay(':error:.$.message')})`, 'origin'],
    [
      'the answer, repeated by another peer',
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

  it('one of them requested with a value of the mail', async () => {
    expect(await denied(all('"Rossi"', 'mail.$.payee'))).toBe('each whose not-literal');
  });
});
