/** Every bound on what strangers can make a peer hold, and on how long its own ports hold it. A particle over a bound is refused with a code; nothing is dropped silently. */
export interface PeerLimits {
  /** Characters of a particle id. */
  readonly idLength: number;
  /** Longest life of a particle, milliseconds. */
  readonly ttlMs: number;
  /** How far another peer's clock may be ahead, milliseconds. */
  readonly clockSkewMs: number;
  /** UTF-16 units of a script. Finding the syntax error in a text takes some hundred bytes of memory per unit. */
  readonly scriptSize: number;
  /** Bytes of a particle's data. */
  readonly dataSizeBytes: number;
  /** Particles of one init peer that are at work on this peer at a time. */
  readonly particlesPerInitPeer: number;
  /** Particles that are at work on this peer at a time. */
  readonly particles: number;
  /** Unexpired particles of one init peer, including those at rest. */
  readonly knownPerInitPeer: number;
  /** Unexpired particles, including those at rest. Each must be kept: a forgotten one would run a second time. */
  readonly known: number;
  /** Bytes of particles at rest in the store. */
  readonly storedBytes: number;
  /** Copies from one sender that wait to be interpreted. */
  readonly waitingPerSender: number;
  /** Copies that wait to be interpreted. */
  readonly waiting: number;
  /**
   * How long one operation of the store, or the start and stop of the transport, may take, milliseconds of real time. One that takes longer
   * fails with `ERR_STORE_TIMEOUT` or `ERR_TRANSPORT_TIMEOUT`.
   */
  readonly portMs: number;
}

/** The limits of a peer whose options name none. */
export const DEFAULT_PEER_LIMITS: PeerLimits = {
  idLength: 256,
  ttlMs: 24 * 60 * 60 * 1000,
  clockSkewMs: 60_000,
  scriptSize: 4 * 1024 * 1024,
  dataSizeBytes: 64 * 1024 * 1024,
  particlesPerInitPeer: 1024,
  particles: 65_536,
  knownPerInitPeer: 65_536,
  known: 262_144,
  storedBytes: 1024 * 1024 * 1024,
  waitingPerSender: 256,
  waiting: 4096,
  portMs: 30_000,
};
