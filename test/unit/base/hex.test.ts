import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../base/bytes.ts';

describe('hexadecimal', () => {
  it('is written and read for every byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
    expect(fromHex(toHex(bytes))).toEqual(bytes);
    expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes);
    for (let size = 0; size < 100; size++)
      expect(toHex(bytes.subarray(size))).toBe(Buffer.from(bytes.subarray(size)).toString('hex'));
    expect([toHex(new Uint8Array(0)), fromHex('')]).toEqual(['', new Uint8Array(0)]);
  });

  it.each(['0', '0g', 'g0', ' 0', '0x', '00-1', '0é', '٠٠', '\u0130a', '😀'])('is not %j', text => {
    expect(fromHex(text)).toBeUndefined();
  });
});
