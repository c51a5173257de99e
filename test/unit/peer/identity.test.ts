import { describe, expect, it } from 'vitest';
import {
  IdentityBook,
  keyStanding,
  signInception,
  signRotation,
  verifyIdentity,
  type IdentityErrorCode,
} from '../../../peer/index.ts';
import { idOf, signer } from '../../support/cast.ts';

const [alice, bob, carol, dave, mallory] = ['alice', 'bob', 'carol', 'dave', 'mallory'].map(name =>
  signer(name),
) as [
  ReturnType<typeof signer>,
  ReturnType<typeof signer>,
  ReturnType<typeof signer>,
  ReturnType<typeof signer>,
  ReturnType<typeof signer>,
];
const inception = signInception(alice, bob.peerId, 1000);
const rotation = signRotation(inception, { current: alice, next: bob, after: carol.peerId, atMs: 2000 });
const revocation = signRotation(rotation, {
  current: bob,
  next: carol,
  after: dave.peerId,
  atMs: 3000,
  isRevoked: true,
});
const refused = (code: IdentityErrorCode) => expect.objectContaining({ code }) as Error;

describe('an identity', () => {
  it('keeps its name while its keys change', () => {
    expect(verifyIdentity([inception, rotation, revocation])).toEqual({
      name: idOf('alice'),
      keys: [
        { peerId: idOf('alice'), fromMs: 1000, untilMs: 2000, isRevoked: false },
        { peerId: idOf('bob'), fromMs: 2000, untilMs: 3000, isRevoked: true },
        { peerId: idOf('carol'), fromMs: 3000, isRevoked: false },
      ],
    });
  });

  it.each([
    ['carol', 9999, 'current'],
    ['alice', 9999, 'superseded'],
    ['alice', 1500, 'superseded'],
    ['bob', 2500, 'superseded'],
    ['bob', 3001, 'after revocation'],
    ['mallory', 2500, 'unknown'],
  ])('says what the key of %s was at %i: %s', (name, atMs, standing) => {
    expect(keyStanding(verifyIdentity([inception, rotation, revocation]), idOf(name), atMs)).toBe(standing);
  });

  it.each<[string, Uint8Array[], IdentityErrorCode]>([
    ['nothing', [], 'ERR_IDENTITY_CHAIN'],
    ['no inception', [rotation], 'ERR_IDENTITY_CHAIN'],
    ['a gap', [inception, revocation], 'ERR_IDENTITY_CHAIN'],
    ['another order', [rotation, inception], 'ERR_IDENTITY_CHAIN'],
    ['a statement twice', [inception, rotation, rotation], 'ERR_IDENTITY_CHAIN'],
    // A thief of alice’s key does not have the key that she has committed to.
    [
      'a key that was not committed to',
      [
        inception,
        signRotation(inception, { current: alice, next: mallory, after: mallory.peerId, atMs: 2000 }),
      ],
      'ERR_IDENTITY_CHAIN',
    ],
    [
      'the next key alone',
      [inception, signRotation(inception, { current: mallory, next: bob, after: carol.peerId, atMs: 2000 })],
      'ERR_IDENTITY_SIGNATURE',
    ],
    [
      'a time that goes back',
      [inception, signRotation(inception, { current: alice, next: bob, after: carol.peerId, atMs: 999 })],
      'ERR_IDENTITY_CHAIN',
    ],
    ['bytes', [Uint8Array.of(1)], 'ERR_IDENTITY_MALFORMED'],
  ])('is refused with %s', (_, statements, code) => {
    expect(() => verifyIdentity(statements)).toThrow(refused(code));
  });

  it('no byte of a statement can be changed', () => {
    for (let i = 0; i < rotation.length; i++) {
      const changed = rotation.slice();
      changed[i] = (changed[i] as number) ^ 1;
      expect(() => verifyIdentity([inception, changed])).toThrow(
        expect.objectContaining({ name: 'IdentityError' }) as Error,
      );
    }
  });
});

describe('a book of identities', () => {
  it('takes what continues, keeps the longest, and gives it back', () => {
    const book = new IdentityBook();
    book.take([inception]);
    book.take([inception, rotation, revocation]);
    expect(book.take([inception, rotation]).keys).toHaveLength(3);
    expect(book.find(idOf('alice'))?.keys.at(-1)?.peerId).toBe(idOf('carol'));
    expect(book.find(idOf('bob'))).toBeUndefined();
    expect(book.names).toEqual([idOf('alice')]);
  });

  it('refuses both of two histories', () => {
    const other = signRotation(inception, { current: alice, next: bob, after: mallory.peerId, atMs: 2000 });
    const book = new IdentityBook();
    book.take([inception, rotation]);
    expect(() => book.take([inception, other])).toThrow(refused('ERR_IDENTITY_CONFLICT'));
    expect(() => book.take([inception, rotation, revocation])).toThrow(refused('ERR_IDENTITY_CONFLICT'));
    expect(book.find(idOf('alice'))).toBeUndefined();
  });
});
