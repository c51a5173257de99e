import { messageOf } from '../services/index.ts';
import { shown } from '../base/options.ts';
import type { Activity, Clock, Logger } from './ports.ts';
import { noActivity, systemClock, systemDefer } from './system.ts';

/**
 * A clock of the host's own, made safe to use: times are whole milliseconds, and a timer never fires before it is set. If the clock throws or
 * gives something else, the system's clock answers and the log says so: a timer that throws would otherwise end the process.
 */
export function safeClock(clock: Clock, warn: Logger['warn']): Clock {
  return {
    now() {
      try {
        return wholeMs(clock.now());
      } catch (failure) {
        warn('the clock has failed', { failure: messageOf(failure) });
        return systemClock.now();
      }
    },
    after(ms, callback) {
      let isSet = false;
      try {
        const cancel: unknown = clock.after(ms, () => (isSet ? callback() : systemDefer(callback)));
        isSet = true;
        if (typeof cancel !== 'function')
          throw new TypeError(`\`after\` must return a function, found ${shown(cancel)}`);
        return cancel as () => void;
      } catch (failure) {
        warn('the clock has failed', { failure: messageOf(failure) });
        // If the timer was set, it fires; it only cannot be cancelled.
        return isSet ? () => undefined : systemClock.after(ms, callback);
      }
    },
  };
}

/** @throws {TypeError} If a clock gives no time at all: a peer does not start with it. */
export function requireClock(clock: Clock): void {
  wholeMs(clock.now());
}

function wholeMs(now: unknown): number {
  if (Number.isFinite(now)) return Math.floor(now as number);
  throw new TypeError(`a clock must give milliseconds since 1970, found ${shown(now)}`);
}

/** An activity that throws is logged and otherwise ignored. */
export function safeActivity(activity: Activity, warn: Logger['warn']): Activity {
  if (activity === noActivity) return activity;
  const safely = (act: () => unknown): (() => void) => {
    try {
      const end = act();
      return typeof end === 'function' ? () => void safely(end as () => unknown) : () => undefined;
    } catch (failure) {
      warn('an activity has failed', { failure: messageOf(failure) });
      return () => undefined;
    }
  };
  return {
    begin: () => void safely(() => void activity.begin()),
    end: () => void safely(() => void activity.end()),
    hold: () => safely(() => activity.hold()),
    deadline: at => safely(() => activity.deadline(at)),
  };
}
