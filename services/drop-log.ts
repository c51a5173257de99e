import { DROPS_LOGGED_MAX } from './limits.ts';
import { warn } from './logger.ts';
import type { Logger } from './logger.ts';
import { RateLimiter } from './rate.ts';

const MINUTE_MS = 60_000;

/** Tells the log of what was stopped, at most so many times a minute; the next entry says how many were left out. */
export class DropLog {
  readonly #logger: Logger | undefined;
  readonly #message: string;
  readonly #limiter: RateLimiter;
  #left = 0;

  constructor(
    logger: Logger | undefined,
    message = 'a call was stopped',
    perMinute: number = DROPS_LOGGED_MAX,
  ) {
    this.#logger = logger;
    this.#message = message;
    this.#limiter = new RateLimiter({ calls: perMinute, perMs: MINUTE_MS });
  }

  add(nowMs: number, fields: Readonly<Record<string, unknown>>): void {
    if (this.#limiter.wait('', nowMs) > 0) {
      this.#left += 1;
      return;
    }
    this.#limiter.take('', nowMs);
    warn(this.#logger, this.#message, { ...fields, ...(this.#left > 0 && { leftOut: this.#left }) });
    this.#left = 0;
  }
}
