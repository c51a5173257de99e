import { describe, expect, it } from 'vitest';
import { asking, decide, denied, read, seq } from '../support/bank.ts';

// Goal:    somebody else's text passes for a literal of the customer's script.
// Means:   the script puts it together with something, or makes an error that quotes it: both have the tetraplet of a literal.
// Refused: literalOf and expectLiteral ask for the kind of an origin, which says `composed` or `error`.
describe('a text in the disguise of a literal', () => {
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
