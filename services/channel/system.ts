import type { Clock } from '../clock.ts';

interface HostGlobals {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
}
const host = globalThis as unknown as HostGlobals;

/** Longest delay of one platform timer, milliseconds: longer ones end at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = host.setTimeout(callback, Math.min(ms, TIMER_MAX_MS));
    return () => host.clearTimeout(timer);
  },
};

/** The platform's cryptographic randomness. */
export const systemRandom = (count: number): Uint8Array => host.crypto.getRandomValues(new Uint8Array(count));
