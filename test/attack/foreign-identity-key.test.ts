import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSimulation, IdentityBook, signInception, signRotation } from '../../peer/index.ts';
import { defineService, expectOrigin, from, startService } from '../../services/index.ts';
import { idOf, signer } from '../support/cast.ts';

// Goal:    a value counts as the answer of a peer that is known by its stable name.
// Means:   a key that is not of that name: a stranger's, one that was revoked, or any key once the name has two histories.
// Refused: by the guard that follows the identity.

const NAME = idOf('alice');
const inception = signInception(signer('alice'), idOf('bob'), 1000);
const rotation = signRotation(inception, {
  current: signer('alice'),
  next: signer('bob'),
  after: idOf('carol'),
  atMs: 2000,
});
const revocation = signRotation(rotation, {
  current: signer('bob'),
  next: signer('carol'),
  after: idOf('dave'),
  atMs: 3000,
  isRevoked: true,
});
/** A thief of the first key goes on with it; the key that it had committed to has signed as well. */
const fork = signRotation(inception, {
  current: signer('alice'),
  next: signer('bob'),
  after: idOf('mallory'),
  atMs: 2500,
});

/** The shop takes what `whose` key says, if its guard allows it. @param fn Whose guard is an `expectOrigin`, or a `from`. */
async function pay(book: IdentityBook, whose: string, fn: 'pay' | 'pay_deep'): Promise<unknown> {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const bank = defineService({
    id: 'bank',
    functions: { grant: { arguments: {}, guards: {}, handler: () => ({ isPaid: true }) } },
  });
  const isPaid = z.boolean();
  const identity = book.follow(NAME);
  const shop = defineService({
    id: 'shop',
    functions: {
      pay: {
        arguments: { isPaid },
        guards: { isPaid: expectOrigin(identity, 'bank', 'grant', '.$.isPaid') },
        handler: () => 'sold',
      },
      pay_deep: {
        arguments: { isPaid },
        guards: { isPaid: from(identity, 'bank', 'grant', '.$.isPaid') },
        handler: () => 'sold',
      },
    },
  });
  simulation.addPeer({ secretKey: signer(whose), services: [startService(bank)] });
  simulation.addPeer({ secretKey: signer('host'), services: [startService(shop)] });
  const run = simulation.addPeer({ secretKey: signer('client') }).run(`
    (seq (call "${idOf(whose)}" ("bank" "grant") [] granted)
    (seq (call "${idOf('host')}" ("shop" "${fn}") [granted.$.isPaid] sold)
         (call %init_peer_id% ("callbackSrv" "response") [sold])))`);
  const done = run.done.catch((failure: Error) => failure.message);
  await simulation.runToEnd();
  return done;
}

function bookOf(...chain: readonly Uint8Array[]): IdentityBook {
  const book = new IdentityBook();
  if (chain.length > 0) book.take(chain);
  return book;
}

describe.each(['pay', 'pay_deep'] as const)('%s', fn => {
  test.each([
    ['the current key', 'bob', bookOf(inception, rotation)],
    ['an earlier key', 'alice', bookOf(inception, rotation)],
    ['the current key after a revocation', 'carol', bookOf(inception, rotation, revocation)],
    [
      'a key that was replaced in order, before a revocation',
      'alice',
      bookOf(inception, rotation, revocation),
    ],
  ])('the honest twin: %s', async (_, whose, book) => {
    expect(await pay(book, whose, fn)).toBe('sold');
  });

  test.each([
    ['a key of somebody else', 'mallory', bookOf(inception, rotation)],
    ['a key that will follow, and has not', 'carol', bookOf(inception, rotation)],
    ['a revoked key', 'bob', bookOf(inception, rotation, revocation)],
    ['a name that is not known', 'alice', bookOf()],
  ])('%s', async (_, whose, book) => {
    expect(await pay(book, whose, fn)).toMatch(/denied `shop\.pay(_deep)?`/);
  });

  test('any key of a name with two histories', async () => {
    const book = bookOf(inception, rotation);
    expect(() => book.take([inception, fork])).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_CONFLICT' }) as Error,
    );
    for (const whose of ['alice', 'bob']) expect(await pay(book, whose, fn)).toMatch(/denied `shop\.pay/);
  });
});

test('a guard sees statements that come later', async () => {
  const book = bookOf(inception, rotation);
  const identity = book.follow(NAME);
  expect([identity.current, identity.accepts(idOf('bob'))]).toEqual([idOf('bob'), true]);
  book.take([inception, rotation, revocation]);
  expect([identity.current, identity.accepts(idOf('bob'))]).toEqual([idOf('carol'), false]);
});

test('an identity without a peer id as its name is a mistake', () => {
  const odd = { ...new IdentityBook().follow('alice') };
  expect(() => expectOrigin(odd, 'bank', 'grant', '')).toThrow(TypeError);
  expect(() => from(odd, 'bank', 'grant', '')).toThrow(TypeError);
});
