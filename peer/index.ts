/**
 * `beryl/peer`: a running node, the ports it needs, and a whole network on virtual time.
 *
 * @packageDocumentation
 */
export { createPeer } from './peer.ts';
export type { ParticleView, Peer, PeerOptions, StartOptions, StopOptions } from './options.ts';
export { createSimulation, type Simulation } from './simulation.ts';
export { ParticleError, StartedFailure, type ParticleErrorCode, type StartedFailureCode } from './errors.ts';
export { DEFAULT_PEER_LIMITS, type PeerLimits } from './limits.ts';
export type { EnvelopeMode, HopRefusalEvent, PeerObserver, RefusalEvent, SendEvent } from './observer.ts';
export { DenyList, type DenyEntry, type DenyRole } from './envelopes/deny-list.ts';
export { signDenyList, verifyDenyList, type SignedDenyList } from './envelopes/signed-deny-list.ts';
export {
  readEnvelope,
  routeOf,
  sealFrame,
  splitFrame,
  verifyEnvelope,
  type EnvelopeClaims,
} from './envelopes/envelope.ts';
export { EnvelopeError, type EnvelopeErrorCode } from './envelopes/errors.ts';
export type { KnownNonce } from './envelopes/replay-window.ts';
export {
  deadlineOf,
  particleKey,
  signParticle,
  verifyParticle,
  type Particle,
  type ParticleHeader,
} from './particle.ts';
export type { StartedParticle } from './settlement.ts';
export type { ParticleHandlers } from './particle-scope.ts';
export type { Activity, Clock, Defer, Logger, Random } from './ports.ts';
export type { HopAnswer, Receive } from './hop-answer.ts';
export { verifyRefusal, type Refusal } from './refusal.ts';
export { groupedStore, type StoreEngine } from './stores/grouped.ts';
export { memoryStore } from './stores/memory.ts';
export { sqliteStore, type SqliteOptions } from './stores/sqlite.ts';
export { checkStoredParticle, type CheckedParticle } from './stores/check-particle.ts';
export { surveyStore, type StoreSurvey } from './stores/survey.ts';
export {
  StoreError,
  type EndedUntil,
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
export {
  IdentityBook,
  keyStanding,
  verifyIdentity,
  type Identity,
  type IdentityKey,
  type KeyStanding,
} from './identity/identity.ts';
export { IdentityError, type IdentityErrorCode } from './identity/errors.ts';
export { signHostBinding, verifyHostBinding, type HostBinding } from './identity/host-binding.ts';
export { signInception, signRotation } from './identity/statement.ts';
export { openTraces, TraceError, traceOf, type TraceErrorCode, type Traces } from './tracing.ts';
export { seededRandom } from './seeded-random.ts';
export { VirtualClock } from './virtual-clock.ts';
export { sealedTransport, type SealedTransportOptions } from './sealed-transport.ts';
export {
  MemoryNetwork,
  type Detour,
  type Faults,
  type Interceptor,
  type Message,
} from './transports/memory.ts';
export type { Link, LinkHost, LinkReply } from './transports/link.ts';
export { MemoryBus, type BusOptions, type Frame, type Tap } from './transports/memory-bus.ts';
export { LinkError, type LinkErrorCode } from './transports/link-error.ts';
export type { ChannelBounds } from './transports/channel.ts';
export { libp2pLink, peerIdOfAddress, type Libp2pLink, type Libp2pOptions } from './transports/libp2p.ts';
export { busSigner, serveSigner, type BusSigner } from './lattice/bus-signer.ts';
export { LatticeError, type LatticeErrorCode } from './lattice/errors.ts';
export { startWorker, type Worker, type WorkerOptions } from './lattice/worker.ts';
export type { NatsBounds, NatsHost } from './transports/nats/options.ts';
export { natsLink, type NatsOptions } from './transports/nats/link.ts';
export { natsServerConfig } from './transports/nats/server-config.ts';
export {
  TransportError,
  type SendReport,
  type Transport,
  type TransportErrorCode,
} from './transports/transport.ts';
export { decodeAnswer, encodeAnswer, type HopParties } from './wire/answer-codec.ts';
export { WireError, type WireErrorCode } from './wire/errors.ts';
export { decodeParticle, encodeParticle } from './wire/particle-codec.ts';
