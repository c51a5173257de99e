import { BerylError } from '../base/error.ts';

/** Why admission refuses a particle. */
export type ParticleErrorCode =
  | 'ERR_PARTICLE_FIELD'
  | 'ERR_PARTICLE_ID'
  | 'ERR_PARTICLE_INIT_PEER'
  | 'ERR_PARTICLE_SCRIPT_SIZE'
  | 'ERR_PARTICLE_DATA_SIZE'
  | 'ERR_PARTICLE_TTL'
  | 'ERR_PARTICLE_FUTURE'
  | 'ERR_PARTICLE_EXPIRED'
  | 'ERR_PARTICLE_SIGNATURE'
  | 'ERR_PARTICLE_DENIED'
  | 'ERR_PARTICLE_SENDER_BUSY'
  | 'ERR_PARTICLE_INIT_PEER_BUSY'
  | 'ERR_PARTICLE_PEER_BUSY'
  /** Too many particles of this init peer live, including those at rest. */
  | 'ERR_PARTICLE_INIT_PEER_FULL'
  /** The store has no room for another particle until others expire. */
  | 'ERR_PARTICLE_STORE_FULL'
  /** This peer has started another particle with this id, and it still lives. */
  | 'ERR_PARTICLE_ID_TAKEN'
  /** The store failed. */
  | 'ERR_PARTICLE_STORE'
  /** The signer failed. */
  | 'ERR_PARTICLE_SIGNER'
  /** The peer is paused: it takes nothing new. */
  | 'ERR_PARTICLE_PAUSED'
  /** The peer is not running. */
  | 'ERR_PARTICLE_STOPPED';

/** A particle that admission refused. Its code is a {@link ParticleErrorCode}. */
export class ParticleError extends BerylError<ParticleErrorCode> {
  override readonly name = 'ParticleError';
}

/** How a particle that this peer started can fail; each code names the stage. */
export type StartedFailureCode =
  /** The script reported an error through `errorHandlingSrv.error`. */
  | 'ERR_STARTED_SCRIPT'
  /** An error on this peer that the script did not catch. */
  | 'ERR_STARTED_UNCAUGHT'
  /** A call failed on another peer, and nothing in the script caught it. */
  | 'ERR_STARTED_REMOTE'
  /** This peer could not run the script or read its own data. */
  | 'ERR_STARTED_INTERPRETATION'
  | 'ERR_STARTED_SEND'
  /** This peer could not store what it has done. */
  | 'ERR_STARTED_STORE'
  /** This peer could not sign what it has done. */
  | 'ERR_STARTED_SIGNER'
  | 'ERR_STARTED_EXPIRED'
  | 'ERR_STARTED_STOPPED'
  | 'ERR_STARTED_REFUSED';

/** The rejection of `StartedParticle.done`. `details` hold the script's error object or the calls still awaited. */
export class StartedFailure extends BerylError<StartedFailureCode> {
  override readonly name = 'StartedFailure';
}
