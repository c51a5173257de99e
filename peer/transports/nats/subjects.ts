import { fromBase64url } from '../../../base/bytes.ts';
import { sha256 } from '../../../interpreter/index.ts';
import { isSealed, readEnvelope, splitFrame } from '../../envelopes/envelope.ts';
import { decodeParticle } from '../../wire/particle-codec.ts';

/** Particles of one peer are spread over so many partitions, by signature. Senders and receivers must agree on the number. */
export const PARTITIONS = 64;

const partitionOf = (particleSignature: Uint8Array): number =>
  (sha256(particleSignature)[0] as number) % PARTITIONS;

/** The partition of a frame; `undefined` if it holds no particle. Nothing is verified here. */
export function partitionOfFrame(frame: Uint8Array): number | undefined {
  try {
    if (!isSealed(frame)) return partitionOf(decodeParticle(frame).signature);
    const { route } = readEnvelope(splitFrame(frame).envelope).claims;
    const signature = fromBase64url(route.slice(route.lastIndexOf('/') + 1));
    return signature && partitionOf(signature);
  } catch {
    return undefined;
  }
}

/** A frame for a peer. The server lets each host publish only where the last token is its own peer id. */
export const frameSubject = (to: string, partition: number | '*', from: string): string =>
  `beryl.in.${to}.${partition}.${from}`;

/** An answer for the host that asked. */
export const answerSubject = (to: string, host: string, by: string, id: string): string =>
  `beryl.out.${to}.${host}.${by}.${id}`;

/** What one worker tells the others of its peer. */
export const beatSubject = (peerId: string, host: string): string => `beryl.beat.${peerId}.${host}`;

/** What the signer of a peer is asked. */
export const signSubject = (peerId: string): string => `beryl.sign.${peerId}`;

/** The state of one partition. */
export const stateSubject = (peerId: string, partition: number | '*', name: string): string =>
  `beryl.state.${peerId}.${partition}.${name}`;

export const inboxOf = (host: string): string => `_INBOX_${host}`;
export const frameStream = (peerId: string): string => `BERYL_IN_${peerId}`;
export const stateStream = (peerId: string, partition: number): string =>
  `BERYL_STATE_${peerId}_${partition}`;
