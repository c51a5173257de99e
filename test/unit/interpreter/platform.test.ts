import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../../../base/bytes.ts';
import { nativeCrypto, portableSha256, sha256, sha256Hex } from '../../../interpreter/platform.ts';

describe('sha256', () => {
  it('is native on Node: otherwise the tests below would compare the portable one with itself', () => {
    expect(nativeCrypto?.hash).toBeDefined();
  });

  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of the vector of FIPS 180 %j', (text, hex) => {
    for (const data of [text, utf8(text)]) {
      expect(toHex(sha256(data))).toBe(hex);
      expect(toHex(portableSha256(data))).toBe(hex);
      expect(sha256Hex(data)).toBe(hex);
    }
  });

  it('of a string is that of its UTF-8 bytes, natively and portably', () => {
    const text = 'é\u0000😀\u2028';
    expect(sha256(text)).toEqual(sha256(utf8(text)));
    expect(portableSha256(text)).toEqual(sha256(text));
  });

  it('of a view is that of the bytes in view', () => {
    expect(sha256(utf8('xabcx').subarray(1, 4))).toEqual(sha256('abc'));
  });

  it('gives 32 plain bytes of their own', () => {
    const digest = sha256('a');
    expect(digest.constructor).toBe(Uint8Array);
    expect([digest.length, digest.buffer.byteLength]).toEqual([32, 32]);
  });
});
