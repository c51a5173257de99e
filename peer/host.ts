import { messageOf } from '../services/index.ts';
import type { Limits, Signer } from '../interpreter/index.ts';
import type { PeerLimits } from './limits.ts';
import type { PeerObserver } from './observer.ts';
import type { Activity, Clock, Defer, Logger } from './ports.ts';
import type { Store } from './stores/store.ts';
import type { Transport } from './transports/transport.ts';

/** What all parts of one peer share. */
export interface Host {
  readonly peerId: string;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly defer: Defer;
  readonly transport: Transport;
  /** Virtual time stands still while it works. */
  readonly store: Store;
  readonly limits: PeerLimits;
  readonly runLimits: Partial<Limits> | undefined;
  readonly notify: Notify;
  readonly warn: Logger['warn'];
}

export type Notify = <Event extends keyof PeerObserver>(
  event: Event,
  ...args: Parameters<NonNullable<PeerObserver[Event]>>
) => void;

/** Tells an observer. One that throws, or whose promise rejects, is logged and otherwise ignored. */
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

/** A logger of the host's own must not bring the peer down. */
export function safeWarn(logger: Logger): Logger['warn'] {
  return (message, fields) => {
    try {
      logger.warn(message, fields);
    } catch {
      // There is nowhere left to say so.
    }
  };
}

/** A store whose operations count as work: virtual time stands still meanwhile. */
export function heldStore(store: Store, activity: Activity): Store {
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = activity.hold();
    try {
      return await work();
    } finally {
      release();
    }
  };
  return {
    open: peerId => held(() => store.open(peerId)),
    commit: transaction => held(() => store.commit(transaction)),
    load: key => held(() => store.load(key)),
    scan: (after, limit) => held(() => store.scan(after, limit)),
    state: id => held(() => store.state(id)),
    remove: keys => held(() => store.remove(keys)),
    sweep: (nowMs, limit) => held(() => store.sweep(nowMs, limit)),
    close: () => held(() => store.close()),
  };
}
