import type { Defer } from '../ports.ts';
import { systemDefer } from '../system.ts';
import { StoreError, type Store } from './store.ts';

/** A store whose operations are synchronous: what an embedded database, or memory, can do. */
export interface StoreEngine {
  open(peerId: string): void | Promise<void>;
  commit(...args: Parameters<Store['commit']>): void;
  load(...args: Parameters<Store['load']>): Awaited<ReturnType<Store['load']>>;
  scan(...args: Parameters<Store['scan']>): Awaited<ReturnType<Store['scan']>>;
  state(...args: Parameters<Store['state']>): Awaited<ReturnType<Store['state']>>;
  remove(...args: Parameters<Store['remove']>): void;
  sweep(...args: Parameters<Store['sweep']>): Awaited<ReturnType<Store['sweep']>>;
  close(): void;
  /** Performs `work` as one transaction. If it throws, nothing of it has happened. */
  group(work: () => void): void;
}

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (failure: StoreError) => void;
}

/**
 * Makes a store of an engine: all operations of one turn of the event loop are one transaction of the engine, so that a disk
 * is waited for once. Every engine settles in the same order: a network on virtual time is the same run on each of them.
 */
export function groupedStore(engine: StoreEngine, defer: Defer = systemDefer): Store {
  let jobs: Job[] = [];
  let isOpen = false;

  const flush = (): void => {
    const group = jobs;
    jobs = [];
    const ends: (() => void)[] = [];
    try {
      engine.group(() => {
        for (const { work, resolve, reject } of group) {
          try {
            const value = work() as never;
            ends.push(() => resolve(value));
          } catch (failure) {
            // A conflict writes nothing; the others of the group stand. Anything else undoes the group.
            if (!(failure instanceof StoreError) || failure.code !== 'ERR_STORE_CONFLICT') throw failure;
            ends.push(() => reject(failure));
          }
        }
      });
    } catch (cause) {
      for (const { reject } of group) reject(failed(cause));
      return;
    }
    for (const end of ends) end();
  };

  const enqueue = <T>(work: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!isOpen) {
        reject(new StoreError('ERR_STORE_CLOSED', 'the store is not open'));
        return;
      }
      if (jobs.length === 0) defer(flush);
      jobs.push({ work, resolve, reject });
    });

  return {
    async open(peerId) {
      try {
        await engine.open(peerId);
      } catch (failure) {
        throw failure instanceof StoreError ? failure : failed(failure);
      }
      isOpen = true;
    },
    commit: transaction => enqueue(() => engine.commit(transaction)),
    load: key => enqueue(() => engine.load(key)),
    scan: (after, limit) => enqueue(() => engine.scan(after, limit)),
    state: id => enqueue(() => engine.state(id)),
    remove: keys => enqueue(() => engine.remove(keys)),
    sweep: (nowMs, limit) => enqueue(() => engine.sweep(nowMs, limit)),
    async close() {
      if (!isOpen) return;
      const drained = enqueue(() => undefined);
      isOpen = false;
      await drained.catch(() => undefined);
      engine.close();
    },
  };
}

function failed(cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('ERR_STORE_FAILED', `the store failed: ${reason}`, {}, { cause });
}
