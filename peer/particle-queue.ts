import { Actor, type Started } from './actor.ts';
import type { Activity, Defer } from './ports.ts';
import { particleKey, type Particle, type ParticleHeader } from './particle.ts';

/** The executions that live on a peer, and the order in which they run: one run each in turn, so none starves the others. */
export class ParticleQueue {
  readonly #actors = new Map<string, Actor>();
  readonly #ready: Actor[] = [];
  readonly #waitingFrom = new Map<string, number>();
  readonly #livingOf = new Map<string, number>();
  readonly #run: (actor: Actor) => void;
  readonly #defer: Defer;
  readonly #activity: Activity;
  #waiting = 0;
  #isPumping = false;

  /** @param run Performs one run of an actor; must not throw. */
  constructor(run: (actor: Actor) => void, defer: Defer, activity: Activity) {
    this.#run = run;
    this.#defer = defer;
    this.#activity = activity;
  }

  get size(): number {
    return this.#actors.size;
  }

  /** Copies that wait to be interpreted. */
  get waiting(): number {
    return this.#waiting;
  }

  waitingFrom(peerId: string): number {
    return this.#waitingFrom.get(peerId) ?? 0;
  }

  livingOf(initPeerId: string): number {
    return this.#livingOf.get(initPeerId) ?? 0;
  }

  has(header: ParticleHeader): boolean {
    return this.#actors.has(particleKey(header));
  }

  /** The actor of a particle; two particles with one id but different signatures have two. */
  find(header: ParticleHeader): Actor | undefined {
    return this.#actors.get(particleKey(header));
  }

  add(particle: Particle, started?: Started): Actor {
    const actor = new Actor(particle, started);
    this.#actors.set(actor.key, actor);
    change(this.#livingOf, particle.initPeerId, 1);
    return actor;
  }

  remove(actor: Actor): void {
    actor.isGone = true;
    this.#actors.delete(actor.key);
    change(this.#livingOf, actor.header.initPeerId, -1);
    for (const { from } of actor.copies.splice(0)) this.#forget(from);
  }

  deliver(actor: Actor, data: Uint8Array, from: string): void {
    actor.copies.push({ data, from });
    this.#waiting += 1;
    change(this.#waitingFrom, from, 1);
    this.schedule(actor);
  }

  /** The oldest copy that waits. */
  takeCopy(actor: Actor): { data: Uint8Array; from: string } | undefined {
    const copy = actor.copies.shift();
    if (copy !== undefined) this.#forget(copy.from);
    return copy;
  }

  schedule(actor: Actor): void {
    if (actor.isQueued || actor.isGone) return;
    actor.isQueued = true;
    this.#ready.push(actor);
    if (this.#isPumping) return;
    this.#isPumping = true;
    this.#activity.begin();
    this.#defer(() => this.#pump());
  }

  /** Those that live now, whatever happens to them while they are gone through. */
  actors(): readonly Actor[] {
    return [...this.#actors.values()];
  }

  #pump(): void {
    for (let next = 0; next < this.#ready.length; next++) {
      const actor = this.#ready[next] as Actor;
      actor.isQueued = false;
      if (!actor.isGone && actor.wantsToRun) this.#run(actor);
      if (actor.wantsToRun) this.schedule(actor);
    }
    this.#ready.length = 0;
    this.#isPumping = false;
    this.#activity.end();
  }

  #forget(from: string): void {
    this.#waiting -= 1;
    change(this.#waitingFrom, from, -1);
  }
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
