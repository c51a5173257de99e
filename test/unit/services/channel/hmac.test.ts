import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../../../base/bytes.ts';
import { Hmac, portableHmac } from '../../../../services/channel/hmac.ts';

describe('HMAC-SHA-256', () => {
  it.each([
    ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      toHex(utf8('Jefe')),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
  ])('is that of RFC 4231: key %s', (key, text, mac) => {
    expect(toHex(portableHmac(fromHex(key) as Uint8Array, [utf8(text)]))).toBe(mac);
    expect(toHex(new Hmac(fromHex(key) as Uint8Array).of(utf8(text)))).toBe(mac);
  });

  it('is that of node:crypto, for each length of key and for parts', () => {
    for (const size of [1, 31, 32, 63, 64]) {
      const key = Uint8Array.from({ length: size }, (_, i) => i * 7);
      const mac = createHmac('sha256', key).update('abcd').digest('hex');
      expect(toHex(new Hmac(key).of(utf8('ab'), utf8('cd')))).toBe(mac);
      expect(toHex(portableHmac(key, [utf8('ab'), utf8('cd')]))).toBe(mac);
    }
  });

  it('does not change when the bytes of its key do', () => {
    const key = new Uint8Array(32).fill(1);
    const hmac = new Hmac(key);
    const before = toHex(hmac.of(utf8('a')));
    key.fill(0);
    expect(toHex(hmac.of(utf8('a')))).toBe(before);
  });

  it.each([0, 65])('refuses a key of %i bytes', size => {
    expect(() => new Hmac(new Uint8Array(size))).toThrow(TypeError);
  });
});
