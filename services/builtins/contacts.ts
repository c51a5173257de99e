/** A peer that can be reached, and where. */
export interface Contact {
  readonly peerId: string;
  /** Such as multiaddresses; their form is the transport's. */
  readonly addresses: readonly string[];
}

/** What a peer knows of other peers: what `kad` and the contact functions of `peer` answer from. Transports may have one. */
export interface Contacts {
  /** Known peers, this one not included. */
  list(): readonly Contact[];
  /** Whether a connection is open now. */
  isConnected(peerId: string): boolean;
  /**
   * Asks the network for peers near a key: ids, in any order. `undefined`: for a place whose key is not known. Left out: only known peers count.
   * Never rejects, and settles after a bounded time.
   */
  near?(key: Uint8Array | undefined): Promise<readonly string[]>;
  /** Opens a connection. Left out: `peer.connect` only says whether there is one. @returns Whether there is one afterwards. */
  connect?(contact: Contact): Promise<boolean>;
}

/** A peer that knows no other peer. */
export const NO_CONTACTS: Contacts = { list: () => [], isConnected: () => false };
