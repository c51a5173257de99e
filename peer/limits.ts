/** Every bound on what strangers can make a peer hold. Exceeding one refuses the newest with a code; nothing is lost silently. */
export interface PeerLimits {
  /** Characters of a particle id. */
  readonly idLength: number;
  /** Longest life of a particle, milliseconds. */
  readonly ttlMs: number;
  /** How far another peer's clock may be ahead, milliseconds. */
  readonly clockSkewMs: number;
  /** UTF-16 units of a script. A text that is no script takes some hundred bytes of memory for each while the mistake in it is found. */
  readonly scriptSize: number;
  /** Bytes of a particle's data. */
  readonly dataSizeBytes: number;
  /** Particles of one initiator that live on this peer at a time. */
  readonly particlesPerInitiator: number;
  /** Particles that live on this peer at a time. */
  readonly particles: number;
  /** Copies from one sender that wait to be interpreted. */
  readonly waitingPerSender: number;
  /** Copies that wait to be interpreted. */
  readonly waiting: number;
}

export const DEFAULT_PEER_LIMITS: PeerLimits = {
  idLength: 256,
  ttlMs: 24 * 60 * 60 * 1000,
  clockSkewMs: 60_000,
  scriptSize: 4 * 1024 * 1024,
  dataSizeBytes: 64 * 1024 * 1024,
  particlesPerInitiator: 1024,
  particles: 65_536,
  waitingPerSender: 256,
  waiting: 4096,
};
