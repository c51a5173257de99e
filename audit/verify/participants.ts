import { decodeData, RunError } from '../../interpreter/index.ts';
import type { FindingList } from './finding-list.ts';
import { gravest, least, type Completeness, type Content } from './finding.ts';
import type { ParticlePeerReport, ParticleReport } from './report.ts';
import type { Stories } from './stories.ts';
import type { Trust } from './trust.ts';

/** What is known of one peer in one particle. */
export interface PeerState {
  readonly content: Content;
  readonly completeness: Completeness;
  readonly runs: number;
  readonly calls: number;
  /** As the recording names the peer. */
  readonly name: string | undefined;
}

/** A particle, over all recordings that have it. */
export interface ParticleState {
  readonly signature: string;
  readonly id: string;
  readonly initPeerId: string;
  readonly timestamp: number;
  /** The recording that had it first. */
  readonly recording: number;
  /** Peers whose runs are recorded. */
  readonly peers: Map<string, PeerState>;
  /** Peers that must have taken part: the particle was sent to them, or holds what they signed. */
  readonly expected: Set<string>;
  /** Those of them of which the particle holds what they signed. */
  readonly signed: Set<string>;
  readonly stories: Stories;
}

const CONVICTED: Content = 'equivocation';

/** Adds what another recording says of the same peer. */
export function addPeerState(state: ParticleState, peerId: string, added: PeerState): void {
  const known = state.peers.get(peerId);
  state.peers.set(
    peerId,
    known === undefined
      ? added
      : {
          content: gravest([known.content, added.content]),
          // Two recordings of one peer: the fuller one counts.
          completeness: known.completeness === 'complete' ? 'complete' : added.completeness,
          runs: known.runs + added.runs,
          calls: known.calls + added.calls,
          name: known.name ?? added.name,
        },
  );
}

/** Peers that have signed something in data. Malformed data has no signers: the run that got it refused it. */
export function signersOf(data: Uint8Array, particleSignature: Uint8Array): string[] {
  try {
    return data.length === 0 ? [] : [...decodeData(data, particleSignature, 'recorded').logs.keys()];
  } catch (failure) {
    if (failure instanceof RunError) return [];
    throw failure;
  }
}

/** Peers that ran or signed, not those that the particle was only sent to; with the time of the newest particle of each, as init peers say. */
export function signedTimes(particles: Iterable<ParticleState>): Map<string, number> {
  const times = new Map<string, number>();
  for (const { timestamp, peers, signed } of particles)
    for (const peerId of [...peers.keys(), ...signed])
      times.set(peerId, Math.max(timestamp, times.get(peerId) ?? 0));
  return times;
}

/** Reports of all particles; a peer that took part and is in no recording is a gap. */
export function mergeParticles(
  particles: ReadonlyMap<string, ParticleState>,
  trust: Trust,
  findings: FindingList,
): ParticleReport[] {
  return [...particles.values()].map(
    ({ signature, id, initPeerId, timestamp, recording, peers, expected, stories }) => {
      const reports = [...peers].map(([peerId, { name, ...state }]): ParticlePeerReport => {
        const known = trust.peers.get(peerId) ?? name;
        const content = gravest([state.content, ...(stories.convicted.has(peerId) ? [CONVICTED] : [])]);
        return { peerId, ...(known !== undefined && { name: known }), ...state, content };
      });
      for (const peerId of expected) {
        if (peers.has(peerId)) continue;
        const name = trust.peers.get(peerId);
        findings.addGap({
          name: 'missing-peer',
          message: `peer ${name ?? peerId} took part in particle ${id}, and no recording has its runs`,
          recording,
          particle: signature,
          peerId,
        });
        const missing = { completeness: 'unproven', runs: 0, calls: 0 } as const;
        const content: Content = stories.convicted.has(peerId) ? CONVICTED : 'unknown-key';
        reports.push({ peerId, ...(name !== undefined && { name }), content, ...missing });
      }
      const recorded = [...peers.values()];
      return {
        signature,
        id,
        initPeerId,
        timestamp,
        content: gravest([
          ...recorded.map(({ content }) => content),
          ...(stories.convicted.size > 0 ? [CONVICTED] : []),
        ]),
        completeness: least(reports.map(({ completeness }) => completeness)),
        peers: reports,
      };
    },
  );
}
