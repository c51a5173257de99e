import type { Actor } from './actor.ts';
import type { Settler } from './settlement.ts';

/** A particle at rest: the store has its data, memory only what admission and the end of its life need. */
export interface Tombstone {
  readonly key: string;
  readonly id: string;
  readonly initPeerId: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Bytes in the store. */
  readonly size: number;
  /** On the peer that started the particle: its callbacks may still be called. */
  readonly settler: Settler | undefined;
}

/** Who lives on a peer: particles at work, and tombstones of those at rest; each until the particle's life is over. */
export class Residents {
  readonly #actors = new Map<string, Actor>();
  readonly #tombstones = new Map<string, Tombstone>();
  /** By init peer: particles at work, and all that are known. */
  readonly #atWork = new Map<string, number>();
  readonly #known = new Map<string, number>();
  /** Ids of particles that this peer has started. */
  readonly #startedIds = new Map<string, number>();
  readonly #peerId: string;
  #bytes = 0;
  #endedUntil = 0;

  constructor(peerId: string) {
    this.#peerId = peerId;
  }

  /** Particles at work. */
  get atWork(): number {
    return this.#actors.size;
  }

  /** All, at work and at rest. */
  get size(): number {
    return this.#actors.size + this.#tombstones.size;
  }

  /** Bytes that particles at rest take in the store. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The latest deadline of all particles that have ended here, milliseconds since 1970. */
  get endedUntil(): number {
    return this.#endedUntil;
  }

  /** The life of a particle is over: what is known of it will be deleted. */
  ended(deadline: number): void {
    this.#endedUntil = Math.max(this.#endedUntil, deadline);
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

  /** Those at work now, whatever happens to them while they are gone through. */
  actors(): readonly Actor[] {
    return [...this.#actors.values()];
  }

  /** Begins a particle's work; one at rest wakes up. */
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

  /** What a store has kept of an earlier life of this peer. */
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

/** Adds to a count; counts of nothing are not kept. */
export function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
