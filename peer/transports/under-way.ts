/** What one link of a network in memory may carry at a time, beyond one message. */
const BYTES_MAX = 64 * 1024 * 1024;
const MESSAGES_MAX = 8192;

/** Bounds what is under way from each peer to each other, so that a receiver that hangs fills no memory. */
export class UnderWay {
  readonly #links = new Map<string, { count: number; bytes: number }>();

  /** @returns Ends it; `undefined`: there is no room. */
  begin(from: string, to: string, bytes: number): (() => void) | undefined {
    const name = `${from} ${to}`;
    const link = this.#links.get(name) ?? { count: 0, bytes: 0 };
    if (link.count >= MESSAGES_MAX || (link.count > 0 && link.bytes + bytes > BYTES_MAX)) return undefined;
    link.count += 1;
    link.bytes += bytes;
    this.#links.set(name, link);
    return () => {
      link.count -= 1;
      link.bytes -= bytes;
      if (link.count === 0) this.#links.delete(name);
    };
  }
}
