import type { Defer } from './ports.ts';
import { systemDefer } from './system.ts';

/** Work of one turn of the event loop, milliseconds; the piece that begins last may take longer. */
const TURN_MS = 8;

/**
 * Shares the event loop between several peers of one process. Each of them yields after its turn, but all turns that are due would follow
 * each other before the loop comes to sockets and timers again: with dozens of busy peers, that takes longer than a lease. Here they take
 * turns, in the order in which they asked.
 *
 * @param now Milliseconds.
 */
export function fairDefer(defer: Defer = systemDefer, now: () => number = () => Date.now()): Defer {
  const waiting: (() => void)[] = [];
  let isDue = false;
  const wake = (): void => {
    if (isDue || waiting.length === 0) return;
    isDue = true;
    defer(turn);
  };
  const turn = (): void => {
    isDue = false;
    const begun = now();
    try {
      // What is put off from now on has its turn later. A clock that was set back ends the turn.
      for (let left = waiting.length; left > 0; left--) {
        (waiting.shift() as () => void)();
        const tookMs = now() - begun;
        if (tookMs >= TURN_MS || tookMs < 0) break;
      }
    } finally {
      wake();
    }
  };
  return callback => {
    waiting.push(callback);
    wake();
  };
}
