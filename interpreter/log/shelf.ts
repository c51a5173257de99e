import { ByteBuffer } from '../../base/byte-buffer.ts';

const FIRST_BYTES = 256;
const BYTES_MAX = 16 * 1024;

/** Where the records of one run stand, one after the other: an array for each takes longer than encoding it. */
export class Shelf {
  #buffer: ByteBuffer | undefined;
  #bytes = FIRST_BYTES;

  /** With room for so many bytes at its end. What stands there already is never moved or changed. */
  withRoom(size: number): ByteBuffer {
    if (this.#buffer === undefined || this.#buffer.room < size) {
      this.#buffer = new ByteBuffer(Math.max(size, this.#bytes));
      this.#bytes = Math.min(2 * this.#bytes, BYTES_MAX);
    }
    return this.#buffer;
  }
}
