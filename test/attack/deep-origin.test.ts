import { describe, expect, it } from 'vitest';
import { asking, decide, denied, read, seq } from '../support/bank.ts';

// Goal:    a transfer to an account that the customer did not choose, though it stands in the customer's own address book.
// Means:   somebody else's text becomes the question to the address book, by whatever way a script can take it.
// Refused: the bank asks what the address book was asked (whose); that text is not a literal of the customer's script.
describe('the name in a call of the address book', () => {
  /** The same way twice: with the customer's own literal, and with the text of the mail. */
  const ways: [way: string, script: (name: string) => string][] = [
    ['straight', name => asking(name)],
    ['a chain of ap', name => seq(`(ap ${name} a)`, '(ap a b)', '(ap b c)', asking('c'))],
    [
      'a stream and an element of its canon',
      name => seq(`(ap ${name} $s)`, '(canon "alice" $s #c)', asking('#c.$.[0]')),
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
      name => seq(`(ap ("k" ${name}) %m)`, '(canon "alice" %m #%mm)', asking('#%mm.$.k.[0]')),
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
      'a service that returns its argument',
      seq(read, '(call "dave" ("echo" "say") [mail.$.payee] x)', asking('x')),
    ],
    ['that service, called with a literal', seq('(call "dave" ("echo" "say") ["Rossi"] x)', asking('x'))],
    ['its length', seq('(ap "a" $s)', '(canon "alice" $s #c)', asking('#c.length'))],
    [
      'data of the customer that is not in the script',
      seq('(call "alice" ("book" "find") ["x"] x)', asking('x.$.name')),
    ],
  ])('%s', async (_, script) => {
    expect(await denied(script)).toBe('whose not-literal');
  });
});
