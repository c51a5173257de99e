import type { Store } from '../../peer/index.ts';

/** Faults that are planted into a network to see that the invariants find them. */
export type PlantedFault =
  | 'a store loses acknowledged writes'
  | 'a peer repeats effects'
  | 'a liar passes for honest'
  | 'a partition never heals'
  | 'a store never deletes'
  | 'a promise rejects unheard';

/** The store with its fault, if it has one. */
export function spoilt(store: Store, fault: PlantedFault | undefined): Store {
  if (fault === 'a store loses acknowledged writes') return losing(store);
  if (fault === 'a store never deletes') return { ...store, remove: () => Promise.resolve() };
  return store;
}

/** Acknowledges each second change of a service’s state without writing it. */
function losing(store: Store): Store {
  let count = 0;
  return {
    ...store,
    commit: transaction =>
      transaction.service !== undefined && ++count % 2 === 0 ? Promise.resolve() : store.commit(transaction),
  };
}
