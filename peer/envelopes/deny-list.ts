import { publicKeyOfPeerId } from '../../interpreter/index.ts';

/** As what a peer is denied: as the host that sends, as the init peer of particles, or as both. */
export type DenyRole = 'host' | 'init' | 'both';

/** One peer that is denied. */
export interface DenyEntry {
  readonly peerId: string;
  readonly role: DenyRole;
  /** For people. */
  readonly reason?: string;
}

/** Entries of one source. */
export const DENY_ENTRIES_MAX = 100_000;

/**
 * Peers that are denied. Several sources have a list each, such as a file and an operator; a peer that is on any of
 * them is denied. A change acts at once, on living connections and on particles that wait.
 *
 * @example
 *   const denied = new DenyList();
 *   createPeer({ secretKey, link, denied });
 *   denied.set('operator', [{ peerId: mallory, role: 'both' }]);
 */
export class DenyList {
  readonly #sources = new Map<string, readonly DenyEntry[]>();
  readonly #listeners = new Set<(added: readonly DenyEntry[]) => void>();
  #hosts: ReadonlySet<string> = new Set();
  #inits: ReadonlySet<string> = new Set();

  /** Whether nothing is taken from a peer that hands something over, or nothing that a peer has started. */
  has(peerId: string, role: 'host' | 'init'): boolean {
    return (role === 'host' ? this.#hosts : this.#inits).has(peerId);
  }

  /** What each source says. */
  get sources(): ReadonlyMap<string, readonly DenyEntry[]> {
    return this.#sources;
  }

  /**
   * Replaces the list of one source.
   *
   * @throws {TypeError} If an entry names no peer, or there are too many: then nothing has changed.
   */
  set(source: string, entries: readonly DenyEntry[]): void {
    requireEntries(entries);
    if (entries.length === 0) this.#sources.delete(source);
    else
      this.#sources.set(
        source,
        entries.map(entry => ({ ...entry })),
      );
    const all = [...this.#sources.values()].flat();
    const of = (role: DenyRole): Set<string> =>
      new Set(all.filter(entry => entry.role === role || entry.role === 'both').map(({ peerId }) => peerId));
    this.#hosts = of('host');
    this.#inits = of('init');
    for (const listener of this.#listeners) listener(entries);
  }

  /** @param listener Called after each change with the new list of its source. @returns Ends the listening. */
  onChange(listener: (entries: readonly DenyEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

function requireEntries(entries: readonly DenyEntry[]): void {
  if (entries.length > DENY_ENTRIES_MAX)
    throw new TypeError(`a deny list has at most ${DENY_ENTRIES_MAX} entries, found ${entries.length}`);
  for (const { peerId, role } of entries) {
    if (publicKeyOfPeerId(peerId) === undefined)
      throw new TypeError(
        `a deny list names peers by id (12D3Koo…, 52 characters), found \`${String(peerId)}\``,
      );
    if (!['host', 'init', 'both'].includes(role))
      throw new TypeError(`a role is \`host\`, \`init\` or \`both\`, found \`${String(role)}\``);
  }
}

/** A deny list that never changes. */
export function fixedDenyList(peers: Iterable<string>): DenyList {
  const list = new DenyList();
  list.set(
    'options',
    [...peers].map(peerId => ({ peerId, role: 'both' })),
  );
  return list;
}
