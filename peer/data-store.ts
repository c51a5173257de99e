import type { DataStore } from './ports.ts';

/** Keeps data in memory. How much there can be is bounded by the limits on particles. */
export function memoryStore(): DataStore {
  const entries = new Map<string, Uint8Array>();
  return {
    get: key => entries.get(key),
    put: (key, data) => void entries.set(key, data),
    delete: key => void entries.delete(key),
    get size() {
      return entries.size;
    },
  };
}
