import type { Particle } from './particle.ts';
import type { Refusal } from './refusal.ts';

/** A peer's reply to a particle handed to it. `ok` is sent only after the particle is stored; until then the sender keeps it. */
export type HopAnswer =
  | { readonly status: 'accepted' }
  /** The peer has no room or no working store now: send the particle again later. */
  | { readonly status: 'busy'; readonly code: string; readonly message: string }
  /** The peer will never take this particle as it is. */
  | {
      readonly status: 'refused';
      readonly code: string;
      readonly message: string;
      /** Signed; left out if this peer has refused too much lately. */
      readonly refusal: Refusal | undefined;
    };

/** Receives a particle from a peer. Never rejects. */
export type Receive = (particle: Particle, from: string) => Promise<HopAnswer>;
