import { systemClock, systemDefer } from './system.ts';

/** Turns of the event loop that a port gets after its time: what it did may be ready, while a long run kept the loop busy. */
const LAST_TURNS = 2;

/**
 * Waits for a port, but not for ever. The time is real time, whatever clock the peer has: ports are real work, and a peer whose clock stands
 * still must be able to stop, too.
 *
 * @param waitMs Milliseconds.
 * @param late   What it rejects with when the time is over. What the port does later is ignored.
 */
export function within<T>(waitMs: number, work: () => T | PromiseLike<T>, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = (turns: number): void =>
      turns === 0 ? reject(late()) : systemDefer(() => giveUp(turns - 1));
    const cancel = systemClock.after(waitMs, () => giveUp(LAST_TURNS));
    const end =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        cancel();
        settle(value);
      };
    new Promise<T>(begun => begun(work())).then(end(resolve), end(reject));
  });
}
