import type { Defer } from '../ports.ts';
import { systemDefer } from '../system.ts';
import { StoreError, type Store } from './store.ts';

/** A store with synchronous operations, such as an embedded database or memory. */
export interface StoreEngine {
  open(peerId: string): void | Promise<void>;
  commit(...args: Parameters<Store['commit']>): void;
  load(...args: Parameters<Store['load']>): Awaited<ReturnType<Store['load']>>;
  scan(...args: Parameters<Store['scan']>): Awaited<ReturnType<Store['scan']>>;
  state(...args: Parameters<Store['state']>): Awaited<ReturnType<Store['state']>>;
  nonces(): Awaited<ReturnType<Store['nonces']>>;
  remove(...args: Parameters<Store['remove']>): void;
  sweep(...args: Parameters<Store['sweep']>): Awaited<ReturnType<Store['sweep']>>;
  ended(...args: Parameters<Store['ended']>): Awaited<ReturnType<Store['ended']>>;
  close(): void | Promise<void>;
  /** Performs `work` as one transaction. If it throws, nothing was written. */
  group(work: () => void): void;
  /** Writes what the last group has changed to where it lasts; left out: `group` has done so. Groups may overlap, in order. */
  persist?(): Promise<void> | undefined;
}

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (failure: StoreError) => void;
}

/**
 * Makes a store from an engine. All operations of one turn of the event loop form one transaction of the engine, so the disk is
 * synchronised once. Every engine settles in the same order, so a network on virtual time behaves equally on each of them.
 */
export function groupedStore(engine: StoreEngine, defer: Defer = systemDefer): Store {
  let jobs: Job[] = [];
  let isOpen = false;
  let isDue = false;
  /** Groups that are being written to where they last. */
  let pending = 0;
  const whenLasting: (() => void)[] = [];

  const flush = (): void => {
    const group = jobs;
    jobs = [];
    isDue = false;
    const ends: (() => void)[] = [];
    try {
      engine.group(() => {
        for (const { work, resolve, reject } of group) {
          try {
            const value = work() as never;
            ends.push(() => resolve(value));
          } catch (failure) {
            // A conflict writes nothing and leaves the rest of the group. Any other failure undoes the group.
            if (!(failure instanceof StoreError) || failure.code !== 'ERR_STORE_CONFLICT') throw failure;
            ends.push(() => reject(failure));
          }
        }
      });
    } catch (cause) {
      for (const { reject } of group) reject(cause instanceof StoreError ? cause : failed(cause));
      return;
    }
    const settle = (): void => {
      for (const end of ends) end();
    };
    const lasting = engine.persist?.();
    if (lasting === undefined) return settle();
    pending += 1;
    void lasting
      .then(settle, (cause: unknown) => {
        for (const { reject } of group) reject(cause instanceof StoreError ? cause : failed(cause));
      })
      .finally(() => {
        pending -= 1;
        if (pending === 0) for (const resolve of whenLasting.splice(0)) resolve();
      });
  };

  const enqueue = <T>(work: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!isOpen) {
        reject(new StoreError('ERR_STORE_CLOSED', 'the store is not open'));
        return;
      }
      if (!isDue) defer(flush);
      isDue = true;
      jobs.push({ work, resolve, reject });
    });

  /** Goes with the next group, whenever that is: a disk is not waited for it alone. */
  const enqueueHint = (work: () => void): Promise<void> => {
    if (!isOpen) return enqueue(work);
    jobs.push({ work, resolve: () => undefined, reject: () => undefined });
    return Promise.resolve();
  };

  return {
    async open(peerId) {
      try {
        await engine.open(peerId);
      } catch (failure) {
        throw failure instanceof StoreError ? failure : failed(failure);
      }
      isOpen = true;
    },
    commit: transaction =>
      (transaction.isHint === true ? enqueueHint : enqueue)(() => engine.commit(transaction)),
    load: key => enqueue(() => engine.load(key)),
    scan: (after, limit) => enqueue(() => engine.scan(after, limit)),
    state: id => enqueue(() => engine.state(id)),
    nonces: () => enqueue(() => engine.nonces()),
    remove: keys => enqueue(() => engine.remove(keys)),
    sweep: (nowMs, limit) => enqueue(() => engine.sweep(nowMs, limit)),
    ended: () => enqueue(() => engine.ended()),
    async close() {
      if (!isOpen) return;
      const drained = enqueue(() => undefined);
      isOpen = false;
      await drained.catch(() => undefined);
      if (pending > 0) await new Promise<void>(resolve => whenLasting.push(resolve));
      await engine.close();
    },
  };
}

function failed(cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('ERR_STORE_FAILED', `the store failed: ${reason}`, {}, { cause });
}
