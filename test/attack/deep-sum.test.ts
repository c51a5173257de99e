import { describe, expect, it } from 'vitest';
import { decide, denied, read, seq } from '../support/bank.ts';

// Goal:    an amount goes through that somebody else has a part in.
// Means:   one summand of many comes out of a mail, however often and by whatever way it was added and kept.
// Refused: derivedOnlyFrom looks at every origin behind the amount, down to the literals, and at each once.
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
        seq('(ap 1 $s)', `(ap ${amount} $s)`, '(canon "alice" $s #c)', add('x', '#c', '2'), invest('x')),
    ],
    [
      'a canon, kept, and a pair',
      amount =>
        seq(
          '(ap 1 $s)',
          `(ap ${amount} $s)`,
          '(canon "alice" $s #c)',
          '(ap #c x)',
          `(ap ("k" x) %m)`,
          `(fold %m pair ${seq(add('y', 'pair'), invest('y'))} (null))`,
        ),
    ],
    [
      'a fold that continues with its own sum',
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

  it('a sum of another peer', async () => {
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
