import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '../../../base/byte-buffer.ts';
import { textOf, utf8 } from '../../../base/bytes.ts';

describe('ByteBuffer', () => {
  it.each([
    'short',
    'é',
    'short, with a ü at the end: é',
    'x'.repeat(1000),
    'é'.repeat(1000),
    '😀'.repeat(50),
    `${'x'.repeat(100)}${'é'.repeat(5000)}`,
    `${'x'.repeat(5000)}😀`,
  ])('writes %j as UTF-8', text => {
    const buffer = new ByteBuffer(1);
    buffer.utf8(text);
    expect(buffer.copy()).toEqual(utf8(text));
  });

  it('writes bytes of any length one after the other', () => {
    const buffer = new ByteBuffer(1);
    const parts = [0, 1, 63, 64, 65, 5000].map(length => new Uint8Array(length).fill(length % 251));
    for (const part of parts) buffer.raw(part);
    expect(buffer.copy()).toEqual(Uint8Array.from(parts.flatMap(part => [...part])));
  });

  it.each([0, 1, 64, 65, 256, 257, 5000])('writes a part of %i bytes', length => {
    const bytes = Uint8Array.from({ length: length + 7 }, (_, i) => i % 251);
    const buffer = new ByteBuffer(1);
    buffer.part(bytes, 3, length + 3);
    buffer.raw(Uint8Array.of(1));
    expect(buffer.copy()).toEqual(Uint8Array.of(...bytes.subarray(3, length + 3), 1));
  });

  it('writes nothing of a text that is not ASCII', () => {
    const buffer = new ByteBuffer();
    buffer.utf8('a');
    expect(buffer.ascii('bcdé')).toBe(false);
    expect(textOf(buffer.view())).toBe('a');
  });

  it('takes little more room than a large text needs', () => {
    const buffer = new ByteBuffer();
    const megabyte = 1024 * 1024;
    for (let i = 0; i < 24; i++) buffer.utf8('x'.repeat(megabyte));
    expect(buffer.view().buffer.byteLength).toBeLessThanOrEqual(33 * megabyte);
  });

  it('is empty after it was cleared, and takes no more room than it may keep', () => {
    const buffer = new ByteBuffer(8, 16);
    buffer.raw(new Uint8Array(1000));
    buffer.clear();
    expect([buffer.size, buffer.view().buffer.byteLength]).toEqual([0, 16]);
    buffer.hex('0aff');
    expect(buffer.copy()).toEqual(Uint8Array.of(10, 255));
  });

  it.each([0, 1, 255, 256, 2 ** 32, 2 ** 53 - 1])('writes %i in eight bytes', value => {
    const buffer = new ByteBuffer(1);
    buffer.uint64(value);
    const expected = new Uint8Array(8);
    new DataView(expected.buffer).setBigUint64(0, BigInt(value));
    expect(buffer.copy()).toEqual(expected);
  });

  it('shows what was written last, whatever array it stands in', () => {
    const buffer = new ByteBuffer(1, 2);
    for (const [i, length] of [1, 2, 1, 300, 1, 2, 300, 2].entries()) {
      buffer.clear();
      buffer.raw(new Uint8Array(length).fill(i));
      expect([...buffer.view()]).toEqual(Array.from({ length }, () => i));
    }
  });

  it('gives a copy that later writing leaves alone', () => {
    const buffer = new ByteBuffer();
    buffer.hex('01');
    const copy = buffer.copy();
    buffer.clear();
    buffer.hex('02');
    expect(copy).toEqual(Uint8Array.of(1));
  });
});
