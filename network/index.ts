/**
 * Network files: peers, services, variables and an attacker, described in JSON, played in one process. Used by the command line and by
 * the playground of the viewer.
 *
 * @packageDocumentation
 */
export { NetworkError } from './errors.ts';
export { parseNetwork, serviceSpec, type Beside, type NetworkFile } from './network-file.ts';
export { parsePolicyFile } from './policy-file.ts';
export { playWire } from './play-wire.ts';
export { responseOf } from './response.ts';
export { startServices, type StartedService } from './services.ts';
export { ENVELOPE_ATTACKS, type EnvelopeAttack } from './envelope-attack.ts';
export { type RunRefusal } from './observed.ts';
export { Session, type PeerNames, type ScriptReport, type SessionScriptOptions } from './session.ts';
export { peerIdsOf } from './signers.ts';
export { alterRecords, replaceInScript, replaceOnWire } from './wire.ts';
