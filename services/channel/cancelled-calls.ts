import { ASKS_MAX, ASKS_OF_CALL_SIZE_MAX, CANCELLED_MAX } from './limits.ts';

/**
 * Calls that the host has given up. What the service said before it learned of that still arrives: one answer, and as many asks as may wait for
 * a reply, with as many characters as one call may ask with. Of all other calls that have ended nothing can come.
 */
export class CancelledCalls {
  /** How much it may still ask, by call; the oldest first. */
  readonly #calls = new Map<number, { asks: number; size: number }>();

  add(id: number): void {
    this.#calls.delete(id);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size >= CANCELLED_MAX && oldest !== undefined) this.#calls.delete(oldest);
    this.#calls.set(id, { asks: ASKS_MAX, size: ASKS_OF_CALL_SIZE_MAX });
  }

  /** @returns Whether its answer could still come. */
  answered(id: number): boolean {
    return this.#calls.delete(id);
  }

  /**
   * @param size UTF-16 units of what it asks.
   * @returns Whether it could still ask.
   */
  asked(id: number, size: number): boolean {
    const left = this.#calls.get(id);
    if (left === undefined || left.asks === 0 || left.size < size) return false;
    left.asks -= 1;
    left.size -= size;
    return true;
  }
}
