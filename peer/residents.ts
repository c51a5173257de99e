import type { Actor } from './actor.ts';
import type { Settler } from './settlement.ts';
import type { EndedUntil } from './stores/store.ts';

/** A particle at rest: the store has its data; memory has only what admission and expiry need. */
export interface Tombstone {
  readonly key: string;
  readonly id: string;
  readonly initPeerId: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Bytes in the store. */
  readonly size: number;
  /** Set on the peer that started the particle: its callbacks may still be called. */
  readonly settler: Settler | undefined;
}

/** The unexpired particles of a peer: actors of those at work, and tombstones of those at rest. */
export class Residents {
  readonly #actors = new Map<string, Actor>();
  readonly #tombstones = new Map<string, Tombstone>();
  /** Per init peer: the number of particles at work, and of all known ones. */
  readonly #atWork = new Map<string, number>();
  readonly #known = new Map<string, number>();
  /** Ids of particles that this peer has started. */
  readonly #startedIds = new Map<string, number>();
  readonly #peerId: string;
  #bytes = 0;
  #ended: EndedUntil = { own: 0, others: 0 };

  constructor(peerId: string) {
    this.#peerId = peerId;
  }

  /** Number of particles at work. */
  get atWork(): number {
    return this.#actors.size;
  }

  /** Number of particles, at work and at rest. */
  get size(): number {
    return this.#actors.size + this.#tombstones.size;
  }

  /** Bytes that particles at rest take in the store. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The latest deadline, milliseconds since 1970, of all particles that have ended here. This peer's own and those of others count apart: a
   * script that this peer started while its clock was years ahead must not shut others out until then.
   */
  endedUntil(initPeerId: string): number {
    return initPeerId === this.#peerId ? this.#ended.own : this.#ended.others;
  }

  /** Particles have expired; all that is known of them is deleted next, or was deleted. */
  ended({ own = 0, others = 0 }: Partial<EndedUntil>): void {
    this.#ended = { own: Math.max(this.#ended.own, own), others: Math.max(this.#ended.others, others) };
  }

  atWorkOf(initPeerId: string): number {
    return this.#atWork.get(initPeerId) ?? 0;
  }

  sizeOf(initPeerId: string): number {
    return this.#known.get(initPeerId) ?? 0;
  }

  hasStarted(id: string): boolean {
    return this.#startedIds.has(id);
  }

  actor(key: string): Actor | undefined {
    return this.#actors.get(key);
  }

  tombstone(key: string): Tombstone | undefined {
    return this.#tombstones.get(key);
  }

  has(key: string): boolean {
    return this.#actors.has(key) || this.#tombstones.has(key);
  }

  /** A snapshot of the actors at work: it may be iterated while actors come and go. */
  actors(): readonly Actor[] {
    return [...this.#actors.values()];
  }

  /** Begins a particle's work; a particle at rest wakes up. */
  live(actor: Actor): void {
    const { key, header } = actor;
    const slept = this.#tombstones.get(key);
    if (slept === undefined) this.#count(header.initPeerId, header.id, 1);
    else this.#forgetTombstone(slept);
    this.#actors.set(key, actor);
    change(this.#atWork, header.initPeerId, 1);
  }

  /** Ends a particle's work; it stays known. */
  rest(actor: Actor): void {
    const { key, header, deadline, settler, data, resumed } = actor;
    const { id, initPeerId, script } = header;
    if (!this.#actors.delete(key)) return;
    change(this.#atWork, initPeerId, -1);
    this.#addTombstone({
      key,
      id,
      initPeerId,
      deadline,
      settler,
      size: script.length + (resumed ?? data).length,
    });
  }

  /** Adds a particle that an earlier process of this peer has stored. */
  remember(tombstone: Tombstone): void {
    this.#count(tombstone.initPeerId, tombstone.id, 1);
    this.#addTombstone(tombstone);
  }

  /** Forgets a particle. */
  remove(key: string): void {
    const actor = this.#actors.get(key);
    const tombstone = this.#tombstones.get(key);
    if (actor !== undefined) {
      this.#actors.delete(key);
      change(this.#atWork, actor.header.initPeerId, -1);
      this.#count(actor.header.initPeerId, actor.header.id, -1);
    } else if (tombstone !== undefined) {
      this.#forgetTombstone(tombstone);
      this.#count(tombstone.initPeerId, tombstone.id, -1);
    }
  }

  clear(): void {
    for (const counted of [this.#actors, this.#tombstones, this.#atWork, this.#known, this.#startedIds])
      counted.clear();
    this.#bytes = 0;
  }

  #count(initPeerId: string, id: string, by: number): void {
    change(this.#known, initPeerId, by);
    if (initPeerId === this.#peerId) change(this.#startedIds, id, by);
  }

  #addTombstone(tombstone: Tombstone): void {
    this.#tombstones.set(tombstone.key, tombstone);
    this.#bytes += tombstone.size;
  }

  #forgetTombstone(tombstone: Tombstone): void {
    this.#tombstones.delete(tombstone.key);
    this.#bytes -= tombstone.size;
  }
}

/** Adds to a count; a count of zero is deleted. */
export function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
