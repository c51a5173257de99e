import { BerylError } from '../base/error.ts';

/** Why a particle is refused at the door. */
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
  /** Too many of this init peer live, at rest ones included. */
  | 'ERR_PARTICLE_INIT_PEER_FULL'
  /** The store has no room for one more until the life of others is over. */
  | 'ERR_PARTICLE_STORE_FULL'
  /** An id that this peer has given to a particle that still lives. */
  | 'ERR_PARTICLE_ID_TAKEN'
  /** The store failed. */
  | 'ERR_PARTICLE_STORE'
  /** The peer is not running. */
  | 'ERR_PARTICLE_STOPPED';

export class ParticleError extends BerylError<ParticleErrorCode> {
  override readonly name = 'ParticleError';
}

/** How a particle that this peer has started can fail; each names the stage. */
export type RunFailureCode =
  /** The script reported an error through `errorHandlingSrv.error`. */
  | 'ERR_STARTED_SCRIPT'
  /** An error that the script did not catch, on this peer. */
  | 'ERR_STARTED_UNCAUGHT'
  /** A call failed on another peer, and nothing in the script caught it. */
  | 'ERR_STARTED_REMOTE'
  /** This peer could not run the script, or its own data. */
  | 'ERR_STARTED_INTERPRETATION'
  | 'ERR_STARTED_SEND'
  /** This peer could not store what it has done. */
  | 'ERR_STARTED_STORE'
  | 'ERR_STARTED_EXPIRED'
  | 'ERR_STARTED_STOPPED'
  | 'ERR_STARTED_REFUSED';

/** Rejection of `ParticleRun.done`. `details` hold what is known: the script's error object, the calls still awaited. */
export class RunFailure extends BerylError<RunFailureCode> {
  override readonly name = 'RunFailure';
}
