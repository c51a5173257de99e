import * as ed from '@noble/ed25519';
import { describe, expect, it } from 'vitest';
import {
  concat,
  fromBase58,
  fromBase64,
  fromHex,
  toBase58,
  toBase64,
  toHex,
  utf8,
} from '../../../../base/bytes.ts';
import { publicKeyOf } from '../../../../interpreter/keys/ed25519.ts';
import {
  KeyError,
  peerIdOf,
  publicKeyOfPeerId,
  signerOf,
  verifySignature,
} from '../../../../interpreter/keys/key-pair.ts';

const ONES = new Uint8Array(32).fill(1);
const SECOND = fromBase64('7h48PQ/f1rS9TxacmgODxbD42Il9B3KC117jvOPppPE=') as Uint8Array;
const THIRD = fromBase58('jDaxLJzYtzgwTMrELJCAqavtmx85ktQNfB2rLcK7MhH') as Uint8Array;
const FOURTH = fromBase64('+cmeYlZKj+MfSa9dpHV+BmLPm6wq4inGlsPlQ1GvtPk=') as Uint8Array;

describe('peer ids that the ecosystem knows', () => {
  it.each([
    ['32 ones', ONES, '12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5'],
    ['the second', SECOND, '12D3KooWANqfCDrV79MZdMnMqTvDdqSAPSxdgFY1L6DCq2DVGB4D'],
    ['the third', THIRD, '12D3KooWH1W3VznVZ87JH4FwABK4mkntcspTVWJDta6c2xg9Pzbp'],
    ['the fourth', FOURTH, '12D3KooWDotLEFwtPcZewxBFRPUDmewYdTk1Jzg1vJNDxn1z6spP'],
  ])('%s', (_, seed, peerId) => {
    expect(signerOf(seed).peerId).toBe(peerId);
    expect(peerIdOf(publicKeyOf(seed))).toBe(peerId);
    expect(publicKeyOfPeerId(peerId)).toEqual(publicKeyOf(seed));
  });

  it.each([
    [ONES, '8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c'],
    [SECOND, '0851ab6549baf985caf2c2a2055c6aa60df73213b1dded2e6af237a7927eeafa'],
  ])('public key %#', (seed, hex) => expect(toHex(publicKeyOf(seed))).toBe(hex));
});

describe('signatures that the ecosystem knows', () => {
  it.each([
    [
      SECOND,
      utf8('message'),
      'sBW7H6/1fwAwF86ldwVm9BDu0YH3w30oFQjTWX0Tiu9yTVZHmxkV2OX4GL5jn0Iz0CrasGcOfozzkZwtJBPMBg==',
    ],
    [
      FOURTH,
      Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9, 10),
      '4Gj1zoz4G0hEhW8KpMXyhGtN4ENjakwdkHl6qSStOlCqZon9nfeoV6LfvNbL3DT2HVZNR+D4ENX+S07v897xDw==',
    ],
  ])('%#', (seed, message, base64) => {
    const signer = signerOf(seed);
    expect(toBase64(signer.sign(message))).toBe(base64);
    expect(verifySignature(signer.peerId, message, fromBase64(base64) as Uint8Array)).toBe(true);
  });
});

describe('publicKeyOfPeerId refuses', () => {
  const HEADER = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20);
  const id = signerOf(ONES).peerId;
  const key = publicKeyOf(ONES);
  const withHeader = (at: number, byte: number): string => toBase58(concat(HEADER.with(at, byte), key));
  // y = 3 lies on the curve, with a part of small order.
  const mixed = ed.Point.fromBytes(fromHex('03'.padEnd(64, '0')) as Uint8Array);

  it('takes the honest twin', () => expect(publicKeyOfPeerId(id)).toEqual(key));

  it.each([
    ['nothing', ''],
    ['a name', 'alice'],
    ['51 characters', id.slice(0, -1)],
    ['53 characters', `${id}1`],
    ['a space', `${id.slice(0, -1)} `],
    ['a character that base58 does not have', `${id.slice(0, -1)}0`],
    ['another letter, which gives a key off the curve or another key', id.replace('WK99', 'WK9O')],
    ['a leading 1 more', `1${id.slice(0, -1)}`],
    ['another multihash', withHeader(0, 0x12)],
    ['another length', withHeader(1, 0x25)],
    ['another field of the key', withHeader(2, 0x0a)],
    ['an RSA key type', withHeader(3, 0x00)],
    ['a secp256k1 key type', withHeader(3, 0x02)],
    ['another length of the key', withHeader(5, 0x21)],
    ['an RSA peer id', 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'],
    ['the identity as key', toBase58(concat(HEADER, ed.Point.ZERO.toBytes()))],
    ['a point of order 4 as key', toBase58(concat(HEADER, new Uint8Array(32)))],
    ['a key off the curve', toBase58(concat(HEADER, fromHex('02'.padEnd(64, '0')) as Uint8Array))],
    [
      'a key that is not canonical',
      toBase58(concat(HEADER, fromHex(`ee${'ff'.repeat(30)}7f`) as Uint8Array)),
    ],
  ])('%s', (_, text) => {
    expect(publicKeyOfPeerId(text)).toBeUndefined();
    expect(publicKeyOfPeerId(text)).toBeUndefined();
    expect(verifySignature(text, utf8('message'), signerOf(ONES).sign(utf8('message')))).toBe(false);
  });

  it('the key is the caller’s own: changing it changes no later verdict', () => {
    publicKeyOfPeerId(id)?.fill(0);
    expect(publicKeyOfPeerId(id)).toEqual(key);
  });

  it('not a key of mixed order: a signature under it fits one message, too', () => {
    expect(mixed.isSmallOrder()).toBe(false);
    expect(mixed.isTorsionFree()).toBe(false);
    expect(publicKeyOfPeerId(toBase58(concat(HEADER, mixed.toBytes())))).toEqual(mixed.toBytes());
  });
});

describe('signerOf', () => {
  it.each([0, 31, 33, 64])('refuses a seed of %i bytes', length => {
    const attempt = (): unknown => signerOf(new Uint8Array(length));
    expect(attempt).toThrow(KeyError);
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'ERR_KEY_SEED',
        message: `a secret key is a seed of 32 bytes, got \`${length}\``,
      }),
    );
  });

  it('keeps its own copy of the seed', () => {
    const seed = new Uint8Array(32).fill(77);
    const signer = signerOf(seed);
    const before = signer.sign(utf8('message'));
    seed.fill(0);
    expect(signer.sign(utf8('message'))).toEqual(before);
  });

  it('gives the same peer after more seeds than it remembers, and signers that cannot be altered', () => {
    const first = signerOf(ONES);
    for (let i = 0; i < 300; i++)
      signerOf(
        Uint8Array.from(ONES)
          .fill(i & 255, 0, 1)
          .fill(i >> 8, 1, 2)
          .fill(9, 2, 3),
      );
    expect(signerOf(ONES).peerId).toBe(first.peerId);
    expect(signerOf(ONES).sign(utf8('m'))).toEqual(first.sign(utf8('m')));
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('two seeds are two peers, and neither signs for the other', () => {
    const [alice, mallory] = [signerOf(ONES), signerOf(SECOND)];
    const message = utf8('pay mallory');
    expect(verifySignature(alice.peerId, message, mallory.sign(message))).toBe(false);
    expect(verifySignature(alice.peerId, message, alice.sign(message))).toBe(true);
  });
});
