import { describe, expect, it } from 'vitest';
import {
  addPiece,
  concat,
  equalBytes,
  fromBase58,
  fromBase64,
  fromHex,
  textOf,
  toBase58,
  toBase64,
  toBase64url,
  toHex,
  utf8,
} from '../../../base/bytes.ts';

const bytes = Uint8Array.of(0, 1, 0xfb, 0xff);

describe('encodings', () => {
  it.each<[string, string, string, (text: string) => Uint8Array | undefined]>([
    ['hex', toHex(bytes), '0001fbff', fromHex],
    ['base58', toBase58(bytes), '1ffC', fromBase58],
    ['base64', toBase64(bytes), 'AAH7/w==', fromBase64],
  ])('%s', (_, written, expected, read) => {
    expect(written).toBe(expected);
    expect(read(written)).toEqual(bytes);
  });

  it('base64url has no padding', () => expect(toBase64url(bytes)).toBe('AAH7_w'));

  it.each<[string, (text: string) => Uint8Array | undefined, string]>([
    ['half a byte in hex', fromHex, '000'],
    ['a letter beyond f in hex', fromHex, '0g'],
    ['a zero in base58', fromBase58, '0'],
    ['base64 without padding', fromBase64, 'AAH7/w'],
    ['base64 with bits behind the last byte', fromBase64, 'AAH7/x=='],
    ['the alphabet of base64url in base64', fromBase64, 'AAH7_w=='],
  ])('%s is nothing', (_, read, text) => expect(read(text)).toBeUndefined());
});

describe('text', () => {
  it('is read as it was written, a byte order mark included', () => {
    for (const text of ['', 'π', '\ufeffx', '🦀']) expect(textOf(utf8(text))).toBe(text);
  });

  it('that is not UTF-8 is nothing', () => expect(textOf(Uint8Array.of(0xc0, 0x80))).toBeUndefined());
});

it('concat keeps the order', () => {
  expect(concat()).toEqual(new Uint8Array(0));
  expect(concat(bytes, Uint8Array.of(7), bytes)).toEqual(Uint8Array.of(...bytes, 7, ...bytes));
});

it('equal bytes have equal lengths and contents', () => {
  expect(equalBytes(bytes, Uint8Array.from(bytes))).toBe(true);
  expect(equalBytes(bytes, bytes.subarray(1))).toBe(false);
  expect(equalBytes(bytes, concat(bytes, Uint8Array.of(0)))).toBe(false);
  for (let i = 0; i < bytes.length; i++) {
    const other = Uint8Array.from(bytes);
    other[i] = (other[i] as number) ^ 0x80;
    expect(equalBytes(bytes, other)).toBe(false);
  }
});

describe('addPiece', () => {
  it.each([
    ['single bytes', () => 1],
    ['pieces that grow', (i: number) => i],
    ['pieces that shrink', (i: number) => 200 - i],
    ['a long one and a short one in turn', (i: number) => (i % 2 === 0 ? 97 : 1)],
  ])('keeps all bytes in order, in few arrays: %s', (_, lengthOf) => {
    const pieces: Uint8Array[] = [];
    const all: number[] = [];
    for (let i = 1; i < 200; i++) {
      const piece = Uint8Array.from({ length: lengthOf(i) }, (_item, at) => (i + at) % 256);
      all.push(...piece);
      addPiece(pieces, piece);
      // Each is longer than the next one.
      for (const [at, { length }] of pieces.entries())
        expect(length).toBeGreaterThan(pieces[at + 1]?.length ?? 0);
    }
    expect([...concat(...pieces)]).toEqual(all);
  });
});
