import type { Activity, Clock, Defer, Logger, Random } from './ports.ts';

interface HostGlobals {
  setImmediate?(callback: () => void): unknown;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
}

const host = globalThis as unknown as HostGlobals;

/**
 * Longest delay of one platform timer, milliseconds. Platforms overflow at 2^31, and their timers may stop while a machine is
 * suspended, so a long wait reads the clock in between.
 */
const TIMER_MAX_MS = 30_000;

/** The platform's clock. A wait ends when either the clock or the timer has reached its end. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const due = Date.now() + ms;
    let left = Math.max(0, ms);
    let timer: unknown;
    const wait = (): void => {
      const part = Math.min(left, TIMER_MAX_MS);
      timer = host.setTimeout(() => {
        left -= part;
        if (left <= 0 || (part === TIMER_MAX_MS && Date.now() >= due)) callback();
        else wait();
      }, part);
    };
    wait();
    return () => host.clearTimeout(timer);
  },
};

/** The platform's cryptographic randomness. */
export const systemRandom: Random = {
  bytes: count => host.crypto.getRandomValues(new Uint8Array(count)),
  next: () => (systemRandom.bytes(4).reduce((value, byte) => value * 256 + byte, 0) >>> 0) / 2 ** 32,
};

export const systemDefer: Defer = callback =>
  void (host.setImmediate ? host.setImmediate(callback) : host.setTimeout(callback, 0));

export const silentLogger: Logger = { warn: () => undefined };

export const noActivity: Activity = {
  begin: () => undefined,
  end: () => undefined,
  hold: () => () => undefined,
  deadline: () => () => undefined,
};
