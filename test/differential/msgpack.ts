import { textOf } from '../../base/bytes.ts';
import { Float, type Json } from '../../interpreter/index.ts';

export type Packed = Json | Uint8Array | readonly Packed[] | { readonly [key: string]: Packed };

/** Reads MessagePack with numbers as they are: the published codec cannot tell `1.0` from `1`, nor hold 64 bits. */
export function readMsgpack(bytes: Uint8Array): Packed {
  return new Reader(bytes).value();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(): Packed {
    const tag = this.#uint(1);
    if (tag <= 0x7f) return tag;
    if (tag <= 0x8f) return this.#map(tag - 0x80);
    if (tag <= 0x9f) return this.#array(tag - 0x90);
    if (tag <= 0xbf) return this.#text(tag - 0xa0);
    if (tag >= 0xe0) return tag - 0x100;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return tag === 0xc3;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#uint(1 << (tag - 0xc4)));
      case 0xcb:
        return double(this.#view.getFloat64(this.#skip(8)));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(1 << (tag - 0xcc));
      case 0xcf:
        return exact(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return exact(this.#view.getBigInt64(this.#skip(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(1 << (tag - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#uint(2 << (tag - 0xdc)));
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(2 << (tag - 0xde)));
      default:
        throw new Error(`MessagePack of type ${tag}`);
    }
  }

  #array(length: number): Packed[] {
    return Array.from({ length }, () => this.value());
  }

  #map(length: number): Packed {
    return Object.fromEntries(
      Array.from({ length }, () => [this.value() as string, this.value()] as const),
    ) as Packed;
  }

  #text(length: number): string {
    return textOf(this.#take(length)) as string;
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  #uint(length: number): number {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  #skip(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error('MessagePack ends inside a value');
    return at;
  }
}

/** Numbers in the one form that Beryl gives them. */
const exact = (integer: bigint): number | bigint =>
  Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
const double = (value: number): number | Float => (Number.isInteger(value) ? new Float(value) : value);
