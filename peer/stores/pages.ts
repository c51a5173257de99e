import { StoreError, type ParticleSummary, type Store } from './store.ts';

/** Particles that are read from, or deleted in, the store at a time. */
export const PAGE = 1000;

/**
 * Everything that a store has, in short.
 *
 * @throws {StoreError} Also `ERR_STORE_FAILED` if the keys do not ascend: reading would not end.
 */
export async function* scanAll(store: Store): AsyncGenerator<ParticleSummary> {
  for (let after = ''; ;) {
    const page = await store.scan(after, PAGE);
    for (const summary of page) {
      if (summary.key <= after) throw endless('scan', summary.key);
      after = summary.key;
      yield summary;
    }
    if (page.length < PAGE) return;
  }
}

/**
 * Deletes everything whose deadline is before `nowMs`.
 *
 * @throws {StoreError} Also `ERR_STORE_FAILED` if a particle comes up twice: deleting would not end.
 */
export async function sweepAll(store: Store, nowMs: number): Promise<void> {
  const swept = new Set<string>();
  for (;;) {
    const keys = await store.sweep(nowMs, PAGE);
    for (const key of keys) {
      if (swept.has(key)) throw endless('sweep', key);
      swept.add(key);
    }
    if (keys.length < PAGE) return;
  }
}

const endless = (operation: string, key: string): StoreError =>
  new StoreError('ERR_STORE_FAILED', `the store gives particle \`${key}\` twice in one \`${operation}\``);
