import { messageOf } from '../services/index.ts';
import type { Limits } from '../interpreter/index.ts';
import type { BoundedStore } from './bounded-store.ts';
import type { DenyList } from './envelopes/deny-list.ts';
import type { PeerLimits } from './limits.ts';
import type { PeerObserver } from './observer.ts';
import type { Activity, Clock, Defer, Logger } from './ports.ts';
import type { Signing } from './signing.ts';
import type { Transport } from './transports/transport.ts';

/** The ports, limits and observers that all parts of one peer share. */
export interface Host {
  readonly peerId: string;
  readonly signing: Signing;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly defer: Defer;
  readonly transport: Transport;
  /** Each of its operations settles in time. Virtual time stands still meanwhile. */
  readonly store: BoundedStore;
  readonly limits: PeerLimits;
  readonly denied: DenyList;
  readonly runLimits: Partial<Limits> | undefined;
  readonly notify: Notify;
  /** Whether an observer takes this event. */
  readonly isWatched: (event: keyof PeerObserver) => boolean;
  readonly warn: Logger['warn'];
}

export type Notify = <Event extends keyof PeerObserver>(
  event: Event,
  ...args: Parameters<NonNullable<PeerObserver[Event]>>
) => void;

/** Calls an observer. If it throws or its promise rejects, the failure is logged and nothing else happens. */
export function notifier(observer: PeerObserver, warn: Logger['warn']): Notify {
  return (event, ...args) => {
    const failed = (failure: unknown): void =>
      warn('an observer has thrown', { event, failure: messageOf(failure) });
    try {
      const ended: unknown = (observer[event] as ((...all: typeof args) => unknown) | undefined)?.(...args);
      // An observer may be asynchronous; its rejection must not end the process.
      if (ended !== undefined) new Promise(resolve => resolve(ended)).then(undefined, failed);
    } catch (failure) {
      failed(failure);
    }
  };
}

/** The host's logger must not stop the peer. */
export function safeWarn(logger: Logger): Logger['warn'] {
  return (message, fields) => {
    try {
      logger.warn(message, fields);
    } catch {
      // No place is left to report it.
    }
  };
}
