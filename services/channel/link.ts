/** A stream of bytes between a host and a service, both ways and in order: pipes of a process, a socket. It verifies nothing. */
export interface ChannelLink {
  send(bytes: Uint8Array): void;
  /** Bytes that were sent and that the other side has not taken yet. */
  readonly waitingBytes: number;
  /** Ends it. Harmless when it has ended. */
  close(): void;
  /** Called with each piece that arrives, also with those that came before. Set once. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Called once, when either side has ended it. */
  onClose(listener: () => void): void;
}

/** How a host reaches a service. */
export interface ChannelConnector {
  /** The service starts without a key each time, and `open` hands it a one-time key. */
  readonly needsBootstrap: boolean;
  /**
   * Opens one link. Rejects if no link can be opened.
   *
   * @param bootstrap A one-time key for the service, if the channel has keys and `needsBootstrap`.
   */
  open(bootstrap: string | undefined): Promise<ChannelLink>;
}
