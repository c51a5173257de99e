import type { Clock } from '../../peer/index.ts';

/** A clock that stands still until the test moves it; it has no timers. */
export function handClock(nowMs: number): Clock & { advance(ms: number): void } {
  let now = nowMs;
  return { now: () => now, after: () => () => undefined, advance: ms => void (now += ms) };
}
