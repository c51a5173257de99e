import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { CborError, CborReader, CborWriter, type CborErrorCode } from '../../../interpreter/cbor.ts';

function written(write: (cbor: CborWriter) => void): string {
  const cbor = new CborWriter();
  write(cbor);
  return toHex(cbor.finish());
}

const reader = (hex: string): CborReader => new CborReader(fromHex(hex) as Uint8Array);

function refusal(read: () => unknown): CborError {
  try {
    read();
  } catch (failure) {
    if (failure instanceof CborError) return failure;
    throw failure;
  }
  throw new Error('accepted');
}

// RFC 8949, appendix A, as far as Beryl uses it.
describe('CBOR of', () => {
  it.each([
    [0, '00'],
    [1, '01'],
    [23, '17'],
    [24, '1818'],
    [100, '1864'],
    [255, '18ff'],
    [256, '190100'],
    [1000, '1903e8'],
    [65535, '19ffff'],
    [65536, '1a00010000'],
    [1000000, '1a000f4240'],
    [4294967295, '1affffffff'],
    [4294967296, '1b0000000100000000'],
    [1000000000000, '1b000000e8d4a51000'],
    [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
  ])('the integer %i', (value, hex) => {
    expect(written(cbor => cbor.uint(value))).toBe(hex);
    const cbor = reader(hex);
    expect(cbor.peekMajor()).toBe(0);
    expect(cbor.uint()).toBe(value);
    cbor.end();
  });

  it.each([
    ['', '40'],
    ['01020304', '4401020304'],
    ['ab'.repeat(24), `5818${'ab'.repeat(24)}`],
    ['cd'.repeat(256), `590100${'cd'.repeat(256)}`],
  ])('the bytes %s', (bytes, hex) => {
    expect(written(cbor => cbor.bytes(fromHex(bytes) as Uint8Array))).toBe(hex);
    const cbor = reader(hex);
    expect(cbor.peekMajor()).toBe(2);
    expect(toHex(cbor.bytes())).toBe(bytes);
    cbor.end();
  });

  it.each([
    ['', '60'],
    ['a', '6161'],
    ['IETF', '6449455446'],
    ['"\\', '62225c'],
    ['ü', '62c3bc'],
    ['\u007f', '617f'],
    ['\u0080', '62c280'],
    ['水', '63e6b0b4'],
    ['𐅑', '64f0908591'],
    ['\ufeffa', '64efbbbf61'],
    ['aaaü', '65616161c3bc'],
    ['x'.repeat(23), `77${'78'.repeat(23)}`],
    ['x'.repeat(24), `7818${'78'.repeat(24)}`],
    ['x'.repeat(64), `7840${'78'.repeat(64)}`],
    ['x'.repeat(65), `7841${'78'.repeat(65)}`],
    [`${'x'.repeat(63)}ü`, `7841${'78'.repeat(63)}c3bc`],
    ['x'.repeat(300), `79012c${'78'.repeat(300)}`],
  ])('the text %j', (text, hex) => {
    expect(written(cbor => cbor.text(text))).toBe(hex);
    const cbor = reader(hex);
    expect(cbor.peekMajor()).toBe(3);
    expect(cbor.text()).toBe(text);
    cbor.end();
  });

  it('arrays', () => {
    expect(written(cbor => cbor.array(0))).toBe('80');
    const hex = written(cbor => {
      cbor.array(3);
      cbor.uint(1);
      cbor.array(2);
      cbor.uint(2);
      cbor.text('a');
      cbor.raw(Uint8Array.of(0x18, 0x64));
    });
    expect(hex).toBe('8301820261611864');
    const cbor = reader(hex);
    expect([
      cbor.array(),
      cbor.uint(),
      cbor.peekMajor(),
      cbor.array(),
      cbor.uint(),
      cbor.text(),
      cbor.uint(),
    ]).toEqual([3, 1, 4, 2, 2, 'a', 100]);
    cbor.end();
  });

  it('more than the first buffer holds, in pieces of any size', () => {
    const pieces = [1, 200, 255, 256, 257, 1000, 5000].map(size => new Uint8Array(size).fill(size & 0xff));
    const hex = written(cbor => pieces.forEach(piece => cbor.bytes(piece)));
    const cbor = reader(hex);
    for (const piece of pieces) expect(cbor.bytes()).toEqual(piece);
    cbor.end();
  });
});

describe('CborReader refuses', () => {
  it.each<
    [what: string, hex: string, read: (cbor: CborReader) => unknown, code: CborErrorCode, offset: number]
  >([
    ['nothing', '', cbor => cbor.uint(), 'ERR_CBOR_END', 0],
    ['a look at nothing', '', cbor => cbor.peekMajor(), 'ERR_CBOR_END', 0],
    ['an integer that ends early (1 byte)', '18', cbor => cbor.uint(), 'ERR_CBOR_END', 1],
    ['an integer that ends early (8 bytes)', '1b00000001000000', cbor => cbor.uint(), 'ERR_CBOR_END', 1],
    ['23 in two bytes', '1817', cbor => cbor.uint(), 'ERR_CBOR_NOT_SHORTEST', 2],
    ['255 in three bytes', '1900ff', cbor => cbor.uint(), 'ERR_CBOR_NOT_SHORTEST', 3],
    ['65535 in five bytes', '1a0000ffff', cbor => cbor.uint(), 'ERR_CBOR_NOT_SHORTEST', 5],
    ['2^32 − 1 in nine bytes', '1b00000000ffffffff', cbor => cbor.uint(), 'ERR_CBOR_NOT_SHORTEST', 9],
    ['a length that is not shortest', '580161', cbor => cbor.bytes(), 'ERR_CBOR_NOT_SHORTEST', 2],
    ['a count that is not shortest', '980100', cbor => cbor.array(), 'ERR_CBOR_NOT_SHORTEST', 2],
    ['2^53', '1b0020000000000000', cbor => cbor.uint(), 'ERR_CBOR_RANGE', 9],
    ['2^53 + 1, which a double would round', '1b0020000000000001', cbor => cbor.uint(), 'ERR_CBOR_RANGE', 9],
    ['2^64 − 1', '1bffffffffffffffff', cbor => cbor.uint(), 'ERR_CBOR_RANGE', 9],
    ['more than the caller allows', '1818', cbor => cbor.uint(23), 'ERR_CBOR_RANGE', 2],
    ['a negative integer', '20', cbor => cbor.uint(), 'ERR_CBOR_TYPE', 0],
    ['text for bytes', '6161', cbor => cbor.bytes(), 'ERR_CBOR_TYPE', 0],
    ['bytes for text', '4161', cbor => cbor.text(), 'ERR_CBOR_TYPE', 0],
    ['a map', 'a0', cbor => cbor.array(), 'ERR_CBOR_TYPE', 0],
    ['a tag', 'c000', cbor => cbor.uint(), 'ERR_CBOR_TYPE', 0],
    ['a simple value', 'f6', cbor => cbor.uint(), 'ERR_CBOR_TYPE', 0],
    ['a half float', 'f93c00', cbor => cbor.uint(), 'ERR_CBOR_TYPE', 0],
    ['bytes of indefinite length', '5f4161ff', cbor => cbor.bytes(), 'ERR_CBOR_LENGTH', 1],
    ['text of indefinite length', '7f6161ff', cbor => cbor.text(), 'ERR_CBOR_LENGTH', 1],
    ['an array of indefinite length', '9f00ff', cbor => cbor.array(), 'ERR_CBOR_LENGTH', 1],
    ['a reserved length (28)', '1c', cbor => cbor.uint(), 'ERR_CBOR_LENGTH', 1],
    ['bytes that end early', '4261', cbor => cbor.bytes(), 'ERR_CBOR_LENGTH', 1],
    ['bytes of 2^53 − 1', '5b001fffffffffffff', cbor => cbor.bytes(), 'ERR_CBOR_LENGTH', 9],
    ['text of 4 GB', '7affffffff61', cbor => cbor.text(), 'ERR_CBOR_LENGTH', 5],
    ['an array of 2^53 − 1 items', '9b001fffffffffffff00', cbor => cbor.array(), 'ERR_CBOR_LENGTH', 9],
    ['more items than bytes', '8200', cbor => cbor.array(), 'ERR_CBOR_LENGTH', 1],
    ['more bytes than the caller allows', '426161', cbor => cbor.bytes(1), 'ERR_CBOR_LENGTH', 1],
    ['fewer bytes than the caller needs', '4161', cbor => cbor.bytes(32, 32), 'ERR_CBOR_LENGTH', 1],
    ['more items than the caller allows', '820000', cbor => cbor.array(1), 'ERR_CBOR_LENGTH', 1],
    ['fewer items than the caller needs', '8100', cbor => cbor.array(9, 9), 'ERR_CBOR_LENGTH', 1],
    ['text that is not UTF-8', '62c328', cbor => cbor.text(), 'ERR_CBOR_TEXT', 3],
    ['text that ends inside a character', '61c3', cbor => cbor.text(), 'ERR_CBOR_TEXT', 2],
    ['an overlong character', '62c0af', cbor => cbor.text(), 'ERR_CBOR_TEXT', 3],
    ['a surrogate', '63eda080', cbor => cbor.text(), 'ERR_CBOR_TEXT', 4],
    ['something after the end', '0000', cbor => (cbor.uint(), cbor.end()), 'ERR_CBOR_TRAILING', 1],
  ])('%s', (_, hex, read, code, offset) => {
    const found = refusal(() => read(reader(hex)));
    expect(found).toMatchObject({ name: 'CborError', code, details: { offset } });
    expect(found.message).toContain(`(at byte ${offset})`);
  });

  it('gives views of the input, not copies', () => {
    const input = fromHex('43010203') as Uint8Array;
    expect(new CborReader(input).bytes().buffer).toBe(input.buffer);
  });

  it('reads a part within its bounds, and counts from where it begins', () => {
    const all = fromHex('ff4201024161') as Uint8Array;
    const cbor = new CborReader(all, 1, 4);
    expect(toHex(cbor.bytes())).toBe('0102');
    cbor.end();
    expect(refusal(() => cbor.bytes())).toMatchObject({ code: 'ERR_CBOR_END', details: { offset: 3 } });
    expect(refusal(() => new CborReader(all, 1, 3).bytes()).code).toBe('ERR_CBOR_LENGTH');
    expect(refusal(() => new CborReader(all, 1, 3).hex(2)).code).toBe('ERR_CBOR_LENGTH');
    const known = { itemSize: 3, standsAt: () => true };
    expect([new CborReader(all, 1, 3).skipIf(known), new CborReader(all, 1, 4).skipIf(known)]).toEqual([
      false,
      true,
    ]);
  });

  it('reads a view of a larger buffer within its bounds', () => {
    const all = fromHex('ff4201024161') as Uint8Array;
    const cbor = new CborReader(all.subarray(1, 4));
    expect(toHex(cbor.bytes())).toBe('0102');
    cbor.end();
    expect(refusal(() => cbor.bytes()).code).toBe('ERR_CBOR_END');
  });
});
