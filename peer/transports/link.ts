import type { Contacts } from '../../services/index.ts';

/** What is known of a request: the answer of the other peer, or the reason for not having one. `kind` as in `SendReport`. */
export type LinkReply =
  | { readonly ok: true; readonly frame: Uint8Array }
  | { readonly ok: false; readonly reason: string; readonly kind: 'transient' | 'permanent' | 'too-large' };

/** What a peer gives to its link. */
export interface LinkHost {
  readonly peerId: string;
  /**
   * Called for each request that arrives. Never rejects. While it works, the link counts the request as under way and stops to
   * read from a sender that has too many of them: a busy peer slows its senders down.
   *
   * @param from The peer id that the link has authenticated, or `undefined` if it authenticates none.
   */
  readonly answer: (frame: Uint8Array, from: string | undefined) => Promise<Uint8Array>;
  /** Called when a peer has connected: what waits for it is sent again at once. Links without connections never call it. */
  readonly reached?: (peerId: string) => void;
  /** Connections of such a peer are refused. */
  readonly isDenied: (peerId: string) => boolean;
}

/**
 * Carries bytes between peers: a request and its answer. A link may lose, repeat, reorder and garble; what must be true is checked
 * above it. `test/compliance/transport` is the contract as a suite; each implementation passes it.
 */
export interface Link {
  /** @throws {LinkError} If the link cannot begin, for instance because an address is in use. */
  start(host: LinkHost): void | Promise<void>;
  /** Sends a request. Never rejects; settles after a bounded time. */
  request(to: string, frame: Uint8Array): Promise<LinkReply>;
  /** What it knows of other peers, for the builtins `kad` and `peer`. Left out: nothing. */
  readonly contacts?: Contacts;
  /** Ends connections with a peer, if there are any. */
  disconnect(peerId: string): void;
  /** Nothing arrives and nothing is sent any more. Requests under way settle. */
  stop(): void | Promise<void>;
}
