import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../interpreter/platform.ts';
import { hashOfText } from '../../../interpreter/text-hash.ts';

describe('hashOfText', () => {
  it('is SHA-256, the first time and later, after many others too', () => {
    const texts = ['', '[]', '"é😀"', 'x'.repeat(256), 'x'.repeat(257), '\u0000'];
    for (const _ of [1, 2]) for (const text of texts) expect(hashOfText(text)).toBe(sha256Hex(text));
    for (let i = 0; i < 40_000; i++) hashOfText(`text ${i}`);
    for (const text of texts) expect(hashOfText(text)).toBe(sha256Hex(text));
    expect(hashOfText('text 39999')).toBe(sha256Hex('text 39999'));
  });
});
