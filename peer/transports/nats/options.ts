/** How a host reaches its bus, and who it is there. */
export interface NatsHost {
  /** Addresses of servers: `127.0.0.1:4222`. */
  readonly servers: readonly string[];
  /** Seed of 32 bytes of the host's own key. Never the peer's: a server has its clients sign what it likes. */
  readonly hostKey: Uint8Array;
  /** What the peer has signed for this host: `signHostBinding`. */
  readonly binding: Uint8Array;
  /** PEM texts; left out: no TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** Bounds of what travels over a bus. */
export interface NatsBounds {
  /** Bytes of one frame. */
  readonly frameBytesMax: number;
  /** How long an answer is waited for, milliseconds. */
  readonly answerWaitMs: number;
  /** Frames that wait in the stream of a peer; bytes of them. When it is full, senders learn that the peer is busy. */
  readonly queuedMax: number;
  readonly queuedBytesMax: number;
  /** Frames of one sender that wait in one partition. */
  readonly queuedPerSender: number;
  /** Frames of one consumer that are under way at a time. */
  readonly underWayMax: number;
}

export const DEFAULT_NATS_BOUNDS: NatsBounds = {
  frameBytesMax: 72 * 1024 * 1024,
  answerWaitMs: 20_000,
  queuedMax: 65_536,
  queuedBytesMax: 256 * 1024 * 1024,
  queuedPerSender: 4096,
  underWayMax: 16,
};
