import type { Particle } from '../particle.ts';

/** What is known of a send: that the bytes were handed over, never that they were read. */
export type SendReport = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Moves particles between peers. Verifies nothing: that is the business of the peer that receives. */
export interface Transport {
  /** From now on `receive` is called for each particle that arrives, with the peer that handed it over. */
  start(receive: (particle: Particle, from: string) => void): void;
  /** Never rejects: an unreachable peer is a report. */
  send(to: string, particle: Particle): Promise<SendReport>;
  stop(): void;
}
