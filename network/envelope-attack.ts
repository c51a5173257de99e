import type { Signer } from '../interpreter/index.ts';
import {
  MemoryBus,
  readEnvelope,
  sealedTransport,
  sealFrame,
  splitFrame,
  type Clock,
  type EnvelopeClaims,
  type HopRefusalEvent,
  type MemoryNetwork,
  type Random,
} from '../peer/index.ts';

/** What an attacker on the bus can do to the envelope of a hop, which a host has signed. */
export const ENVELOPE_ATTACKS = ['payload', 'origin', 'route', 'missing', 'replay'] as const;
export type EnvelopeAttack = (typeof ENVELOPE_ATTACKS)[number];

export interface EnvelopeStage {
  readonly network: MemoryNetwork;
  readonly clock: Clock;
  readonly random: Random;
  /** The peers of the network. */
  readonly signers: readonly Signer[];
  readonly refused: (event: HopRefusalEvent) => void;
}

/**
 * Carries all particles of a network as links do, each hop in an envelope that its host signs, and puts an attacker there who changes
 * every envelope.
 *
 * @returns Ends both.
 */
export function attackEnvelopes(attack: EnvelopeAttack, stage: EnvelopeStage): () => void {
  const { network, clock, random, signers, refused } = stage;
  const peerIds = signers.map(({ peerId }) => peerId);
  const bus = new MemoryBus({ clock, random });
  bus.tap(({ kind, to, bytes }) => (kind === 'request' ? CHANGES[attack](bytes, to, peerIds) : bytes));
  const hosts = new Map(
    signers.map(signer => {
      const transport = sealedTransport({ signer, link: bus.join(), clock, random, hopRefused: refused });
      void transport.start((particle, from) => network.arrive({ from, to: signer.peerId, particle }));
      return [signer.peerId, transport] as const;
    }),
  );
  return network.detour(({ from, to, particle }) =>
    hosts.has(to) ? hosts.get(from)?.send(to, particle) : undefined,
  );
}

type Change = (frame: Uint8Array, to: string, peerIds: readonly string[]) => Uint8Array | Uint8Array[];

const CHANGES: Readonly<Record<EnvelopeAttack, Change>> = {
  /** Other content under the envelope. */
  payload: frame => {
    const changed = frame.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    return changed;
  },
  /** The hop claims to come from another host. */
  origin: (frame, to, peerIds) => {
    const { origin } = claimsOf(frame);
    return withClaims(frame, {
      origin: peerIds.find(peerId => peerId !== origin && peerId !== to) ?? to,
    });
  },
  /** An envelope that was made for another peer. */
  route: (frame, to, peerIds) => {
    const { route } = claimsOf(frame);
    const other = peerIds.find(peerId => peerId !== to) ?? '';
    return withClaims(frame, { route: route.replace(to, () => other) });
  },
  missing: frame => splitFrame(frame).payload,
  /** The same envelope a second time. */
  replay: frame => [frame, frame],
};

const claimsOf = (frame: Uint8Array): EnvelopeClaims => readEnvelope(splitFrame(frame).envelope).claims;

/** Other claims under the signature that the envelope has: the attacker does not have the host's key. */
function withClaims(frame: Uint8Array, changed: Partial<EnvelopeClaims>): Uint8Array {
  const { envelope, payload } = splitFrame(frame);
  const { claims, signature } = readEnvelope(envelope);
  const all = { ...claims, ...changed };
  return sealFrame({ peerId: all.origin, sign: () => signature }, payload, all);
}
