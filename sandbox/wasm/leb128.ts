/** Reads and writes the unsigned numbers of the WebAssembly format. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** @throws {RangeError} Past the end. */
  byte(): number {
    if (this.at >= this.end) throw new RangeError('the module ends too early');
    return this.#bytes[this.at++] as number;
  }

  /** @throws {RangeError} For a number of more than 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value >= 2 ** 32) break;
        return value;
      }
    }
    throw new RangeError('a number of the module has more than 32 bits');
  }

  /** @throws {RangeError} Past the end. */
  take(length: number): Uint8Array {
    if (length > this.end - this.at) throw new RangeError('the module ends too early');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** A name: its length, and that many bytes of UTF-8. */
  name(): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.take(this.number()));
  }

  get isDone(): boolean {
    return this.at >= this.end;
  }
}

export function encodeNumber(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}
