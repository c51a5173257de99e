import type { Particle } from './particle.ts';
import type { Refusal } from './refusal.ts';

/** What became of a particle that was handed to a peer. Given once the particle is stored: until then the sender keeps it. */
export type Receipt =
  | { readonly status: 'accepted' }
  /** No room, or no store, at the moment: to be sent again later. */
  | { readonly status: 'busy'; readonly code: string; readonly message: string }
  /** It will never be taken as it is. */
  | {
      readonly status: 'refused';
      readonly code: string;
      readonly message: string;
      /** Signed; left out if this peer has refused too much lately. */
      readonly refusal: Refusal | undefined;
    };

/** Takes a particle from a peer. Never rejects. */
export type Receive = (particle: Particle, from: string) => Promise<Receipt>;
