/** What a guest's module must export beside its functions. */
export interface GuestExports {
  readonly memory: WebAssembly.Memory;
  /** Gives room for so many bytes: its address. */
  readonly alloc: (size: number) => number;
}

/** A text of the guest that is too long, or no UTF-8. */
export class TextError extends Error {}

/**
 * Texts in a guest's memory: UTF-8, named by one 64-bit number, address in the upper half and length in the lower. Each access looks at
 * the memory anew, and at its bounds: the guest may have grown it, and may give any number.
 */
export class GuestMemory {
  readonly #exports: GuestExports;
  readonly #sizeMax: number;

  constructor(exports: GuestExports, sizeMax: number) {
    this.#exports = exports;
    this.#sizeMax = sizeMax;
  }

  read(packed: unknown): string {
    if (typeof packed !== 'bigint') throw new TextError('its answer is not a 64-bit number');
    return this.readAt(Number((packed >> 32n) & 0xffff_ffffn), Number(packed & 0xffff_ffffn));
  }

  readAt(address: number, length: number): string {
    const [start, size] = [address >>> 0, length >>> 0];
    if (size > this.#sizeMax) throw new TextError(`a text has more than ${this.#sizeMax} bytes`);
    const bytes = this.bytes(start, size);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new TextError('a text is not UTF-8');
    }
  }

  write(text: string): bigint {
    const bytes = new TextEncoder().encode(text);
    const address = Number(this.#exports.alloc(bytes.length)) >>> 0;
    this.bytes(address, bytes.length).set(bytes);
    return (BigInt(address) << 32n) | BigInt(bytes.length);
  }

  /** @throws {TextError} Outside of the memory. */
  bytes(address: number, size: number): Uint8Array {
    const { buffer } = this.#exports.memory;
    if (address + size > buffer.byteLength) throw new TextError('a text lies outside of its memory');
    return new Uint8Array(buffer, address, size);
  }
}
