import type { Activity, Clock, Defer, Logger, Random } from './ports.ts';

interface HostGlobals {
  setImmediate?(callback: () => void): unknown;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
}

const host = globalThis as unknown as HostGlobals;

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = host.setTimeout(callback, ms);
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
  deadline: () => () => undefined,
};
