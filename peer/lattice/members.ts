import type { Clock } from '../ports.ts';
import { planOf, type Beat, type Plan } from './assignment.ts';

/** A worker that was not heard for so long counts as gone, milliseconds. */
export const LEASE_MS = 2000;
/** How often a worker says that it lives, milliseconds. */
export const BEAT_MS = 500;
/** A worker that comes listens for so long before it takes anything, milliseconds: all others answer at once. */
const LISTEN_MS = 750;

/**
 * Who lives, as one worker hears it. Times are those of this worker's own clock between two beats: clocks of different machines are never
 * compared.
 */
export class Members {
  readonly #clock: Clock;
  readonly #self: string;
  readonly #heard = new Map<string, { beat: Beat; atMs: number }>();
  #ownEchoMs = -Infinity;
  #listensUntilMs = 0;

  constructor(clock: Clock, self: string) {
    this.#clock = clock;
    this.#self = self;
    this.listen();
  }

  /** Begins anew: after a pause nothing that was heard before counts. */
  listen(): void {
    this.#heard.clear();
    this.#ownEchoMs = this.#clock.now();
    this.#listensUntilMs = this.#clock.now() + LISTEN_MS;
  }

  heard(beat: Beat): void {
    const atMs = this.#clock.now();
    if (beat.member === this.#self) this.#ownEchoMs = atMs;
    else this.#heard.set(beat.member, { beat, atMs });
  }

  left(member: string): void {
    this.#heard.delete(member);
  }

  /** The bus has not carried this worker's own beats for too long: the others count it as gone. */
  get hasLostLease(): boolean {
    const since = this.#clock.now() - this.#ownEchoMs;
    // A clock that was set back says nothing of how much time has passed.
    return since > LEASE_MS || since < 0;
  }

  get isListening(): boolean {
    return this.#clock.now() < this.#listensUntilMs;
  }

  /** The others that live. */
  get others(): readonly Beat[] {
    const now = this.#clock.now();
    for (const [member, { atMs }] of this.#heard)
      if (now - atMs > LEASE_MS || now < atMs) this.#heard.delete(member);
    return [...this.#heard.values()].map(({ beat }) => beat);
  }
}

/**
 * What a worker does at a tick. `anew`: it was not heard for too long, so others may have claimed what it has, and it listens again.
 * `listen`: it does not know the others yet.
 */
export function decide(members: Members, self: Beat): Plan | 'anew' | 'listen' {
  if (members.hasLostLease) return 'anew';
  return members.isListening ? 'listen' : planOf(self, members.others);
}
