/**
 * `beryl/peer`: a running node, what it needs from the world, and a whole network on virtual time.
 *
 * @packageDocumentation
 */
export { createPeer, type Peer, type PeerOptions, type StartOptions, type StopOptions } from './peer.ts';
export { createSimulation, type Simulation } from './simulation.ts';
export { ParticleError, RunFailure, type ParticleErrorCode, type RunFailureCode } from './errors.ts';
export { DEFAULT_PEER_LIMITS, type PeerLimits } from './limits.ts';
export type { PeerObserver, RefusalEvent, SendEvent } from './observer.ts';
export { deadlineOf, signParticle, verifyParticle, type Particle, type ParticleHeader } from './particle.ts';
export type { ParticleRun } from './settlement.ts';
export type { ParticleHandlers } from './particle-scope.ts';
export type { Activity, Clock, Logger, Random } from './ports.ts';
export type { Receipt, Receive } from './receipt.ts';
export { verifyRefusal, type Refusal } from './refusal.ts';
export { groupedStore, type StoreEngine } from './stores/grouped.ts';
export { memoryStore } from './stores/memory.ts';
export { sqliteStore, type SqliteOptions } from './stores/sqlite.ts';
export {
  StoreError,
  type ParticleSummary,
  type ParticleWrite,
  type StateWrite,
  type Store,
  type StoredAnswer,
  type StoredParticle,
  type StoredState,
  type StoreErrorCode,
  type Transaction,
} from './stores/store.ts';
export { seededRandom } from './seeded-random.ts';
export { VirtualClock } from './virtual-clock.ts';
export { MemoryNetwork, type Faults, type Interceptor, type Message } from './transports/memory.ts';
export type { SendReport, Transport } from './transports/transport.ts';
