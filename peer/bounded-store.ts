import { within } from './patience.ts';
import type { Activity } from './ports.ts';
import { StoreError, type Store } from './stores/store.ts';

/** A store as the parts of a peer see it: each operation settles, and one can wait for all that are under way. */
export interface BoundedStore extends Store {
  /** Resolves when no operation is under way. */
  idle(): Promise<void>;
}

/**
 * Bounds a store: an operation that has not settled after `waitMs` milliseconds of real time rejects with `ERR_STORE_TIMEOUT`. Operations count
 * as work: virtual time stands still meanwhile.
 */
export function boundedStore(store: Store, activity: Activity, waitMs: number): BoundedStore {
  let underWay = 0;
  let whenIdle: (() => void)[] = [];
  const bounded = async <T>(operation: keyof Store, work: () => Promise<T>): Promise<T> => {
    const release = activity.hold();
    underWay += 1;
    try {
      return await within(waitMs, work, () => late(operation, waitMs));
    } finally {
      release();
      underWay -= 1;
      if (underWay === 0) {
        for (const resolve of whenIdle) resolve();
        whenIdle = [];
      }
    }
  };
  return {
    open: peerId => bounded('open', () => store.open(peerId)),
    commit: transaction => bounded('commit', () => store.commit(transaction)),
    load: key => bounded('load', () => store.load(key)),
    scan: (after, limit) => bounded('scan', () => store.scan(after, limit)),
    state: id => bounded('state', () => store.state(id)),
    nonces: () => bounded('nonces', () => store.nonces()),
    remove: keys => bounded('remove', () => store.remove(keys)),
    sweep: (nowMs, limit) => bounded('sweep', () => store.sweep(nowMs, limit)),
    ended: () => bounded('ended', () => store.ended()),
    close: () => bounded('close', () => store.close()),
    idle: () => (underWay === 0 ? Promise.resolve() : new Promise(resolve => whenIdle.push(resolve))),
  };
}

const late = (operation: string, waitMs: number): StoreError =>
  new StoreError(
    'ERR_STORE_TIMEOUT',
    `the store did not end \`${operation}\` within ${waitMs} ms: see whether its disk or server answers`,
    { operation, waitMs },
  );
