import { decideAgain, type NameOf, type ServiceDefinition } from '../../services/index.ts';
import type { EntryOf } from '../recording/entry.ts';
import { particlesOf, type OpenRecording } from '../replay.ts';
import { askedCalls, factsOf, OF_PARTICLE } from './asked-calls.ts';

/** A recorded call that the services of today would decide otherwise. */
export interface GuardChange {
  /** Number of the decision's entry. */
  readonly entry: number;
  readonly peerId: string;
  readonly service: string;
  readonly function: string;
  /** Where the call ended then, and where it ends now; `passed`: at the handler. */
  readonly before: string;
  readonly now: string;
  /** Why it ends there now; empty if it passes. */
  readonly text: string;
}

/** What {@link testGuards} found. */
export interface GuardTestReport {
  /** Calls whose schemas and guards were asked again. */
  readonly checked: number;
  /** Calls of services that are not given, or whose run cannot be run again. */
  readonly unchecked: number;
  /** The first of them, 100 at most; `changedCount` counts all. */
  readonly changed: readonly GuardChange[];
  readonly changedCount: number;
}

const CHANGES_MAX = 100;
/** Stages before schemas and guards: these decisions are not of the service. */
const BEFORE: ReadonlySet<string> = new Set(['find', 'gatekeeper', 'policy', 'limits']);

/**
 * Asks the guards and schemas of services about each recorded call again, with arguments and origins from running the particles again.
 * Handlers do not run.
 *
 * @param servicesOf The services of a peer, by its id; nothing if they are not known.
 * @example testGuards(openRecording(source), peerId => (peerId === host ? [blog({ authPeer })] : undefined)).changed
 */
export function testGuards(
  open: OpenRecording,
  servicesOf: (peerId: string) => readonly ServiceDefinition[] | undefined,
  nameOf?: NameOf,
): GuardTestReport {
  const { recording } = open;
  const changed: GuardChange[] = [];
  let [checked, unchecked, changedCount] = [0, 0, 0];
  for (const entries of particlesOf(open)) {
    for (const { request, decision, asked } of askedCalls(recording, entries)) {
      if (OF_PARTICLE.has(request.service) || BEFORE.has(decision.stage)) continue;
      const peerId = recording.peerIdOf(request.peer);
      const definition = servicesOf(peerId)?.find(({ id }) => id === request.service);
      if (definition === undefined || asked === undefined) {
        unchecked += 1;
        continue;
      }
      checked += 1;
      const facts = factsOf(recording, entries.particle, request, decision);
      const again = decideAgain(definition, asked, facts, nameOf && { nameOf });
      const before = stageThen(decision);
      if (again.stage === before) continue;
      changedCount += 1;
      if (changed.length >= CHANGES_MAX) continue;
      const { service, function: fn } = request;
      const { stage: now, text } = again;
      changed.push({ entry: decision.n, peerId, service, function: fn, before, now, text });
    }
  }
  return { checked, unchecked, changed, changedCount };
}

const stageThen = ({ stage }: EntryOf<'decision'>): string =>
  stage === 'arguments' || stage === 'guards' ? stage : 'passed';
