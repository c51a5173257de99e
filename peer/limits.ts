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
  /** Particles of one init peer that are at work on this peer at a time. */
  readonly particlesPerInitPeer: number;
  /** Particles that are at work on this peer at a time. */
  readonly particles: number;
  /** Particles of one init peer whose life is not over, at rest ones included. */
  readonly knownPerInitPeer: number;
  /** Particles whose life is not over, at rest ones included. Each must be kept: a forgotten one would run a second time. */
  readonly known: number;
  /** Bytes of particles at rest in the store. */
  readonly storedBytes: number;
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
  particlesPerInitPeer: 1024,
  particles: 65_536,
  knownPerInitPeer: 65_536,
  known: 262_144,
  storedBytes: 1024 * 1024 * 1024,
  waitingPerSender: 256,
  waiting: 4096,
};
