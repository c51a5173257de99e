import type { CallResult } from '../interpreter/index.ts';
import type { CallRequest } from '../interpreter/index.ts';
import { deadlineOf, particleKey, type Particle, type ParticleHeader } from './particle.ts';
import type { ParticleRun } from './particle-run.ts';
import type { ServiceLookup } from '../services/index.ts';

/** A copy of a particle that waits to be interpreted. */
export interface Copy {
  readonly data: Uint8Array;
  readonly from: string;
}

/** What the peer that started a particle holds for it. */
export interface Started {
  readonly run: ParticleRun;
  /** Services of this particle alone: its variables and callbacks. */
  readonly scope: ServiceLookup;
}

/**
 * One execution on this peer: what waits for its next run, and what it waits for. Runs of one actor never overlap.
 */
export class Actor {
  readonly header: ParticleHeader;
  readonly key: string;
  readonly deadline: number;
  readonly started: Started | undefined;
  readonly copies: Copy[] = [];
  /** Answers that the next run consumes, all at once. */
  results = new Map<number, CallResult>();
  readonly callsInFlight = new Map<number, CallRequest>();
  readonly sentTo = new Set<string>();
  sendsInFlight = 0;
  /** It stands in the queue of those that want to run. */
  isQueued = false;
  isGone = false;

  constructor(particle: Particle, started?: Started) {
    const { data: _, ...header } = particle;
    this.header = header;
    this.key = particleKey(header);
    this.deadline = deadlineOf(header);
    this.started = started;
  }

  get wantsToRun(): boolean {
    return this.copies.length > 0 || this.results.size > 0;
  }

  /** Nothing is left to do here, unless another copy comes. */
  get isAtRest(): boolean {
    return !this.wantsToRun && this.callsInFlight.size === 0 && this.sendsInFlight === 0;
  }

  takeResults(): Map<number, CallResult> {
    const taken = this.results;
    this.results = new Map();
    return taken;
  }
}
