import { messageOf } from '../services/index.ts';
import { fromBase64url } from '../base/bytes.ts';
import { parseJson, toJsonValue, type JsonValue } from '../interpreter/index.ts';
import { Actor } from './actor.ts';
import { abandonment, STOPPED } from './abandonment.ts';
import { expiryFailure } from './awaited.ts';
import { StartedFailure } from './errors.ts';
import type { Host } from './host.ts';
import { Life } from './life.ts';
import type { ParticleHeader } from './particle.ts';
import type { ParticleQueue } from './particle-queue.ts';
import type { HopAnswer } from './hop-answer.ts';
import type { Residents } from './residents.ts';
import type { Sends } from './sends.ts';
import { orphanedSettler, type Settler } from './settlement.ts';
import { PAGE, scanAll, sweepAll } from './stores/pages.ts';
import type { ParticleSummary, StoredParticle } from './stores/store.ts';

/** After a store failure the particle is read again after this wait, milliseconds; it doubles each time, up to the longest. */
const RETRY_MS = 1000;
const RETRY_MAX_MS = 60_000;

/** A clock that was so far ahead once keeps particles of others out: worth a warning, milliseconds. */
const AHEAD_TOLD_MS = 60_000;

export interface LifecycleParts {
  readonly host: Host;
  readonly queue: ParticleQueue;
  readonly residents: Residents;
  readonly sends: Sends;
}

/** Creates actors for particles, lets them rest, wakes them, and ends them. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #life: Life;
  /** By particle that cannot go on: how often it failed, its newest stored revision, and how to stop trying again. */
  readonly #retries = new Map<string, { count: number; revision: number; cancel: () => void }>();

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    const { clock, activity } = parts.host;
    this.#life = new Life(clock, activity, keys => this.#end(keys));
  }

  /** Reads the particles that an earlier process of this peer has stored. @returns A function that continues those not at rest. */
  async start(): Promise<() => void> {
    const { store, clock, warn } = this.#parts.host;
    await sweepAll(store, clock.now());
    const ended = await store.ended();
    this.#parts.residents.ended(ended);
    if (ended.others > clock.now() + AHEAD_TOLD_MS)
      warn('the store has seen the end of a particle that lies ahead', { ...ended });
    const unfinished: ParticleSummary[] = [];
    for await (const summary of scanAll(store)) {
      this.#remember(summary);
      if (!summary.isAtRest) unfinished.push(summary);
    }
    // In any other order a peer that is killed again and again might never come to the same few.
    unfinished.sort((a, b) => a.deadline - b.deadline);
    return () => {
      for (const { key } of unfinished) void this.#resume(key);
    };
  }

  /** Forgets everything in memory; the store keeps its content. */
  stop(): void {
    const { queue, residents } = this.#parts;
    this.#life.stop();
    for (const { cancel } of this.#retries.values()) cancel();
    this.#retries.clear();
    for (const actor of residents.actors()) {
      actor.isGone = true;
      this.#parts.sends.forget(actor);
      for (const { answer } of queue.takeAll(actor)) answer(STOPPED);
      actor.settler?.reject(new StartedFailure('ERR_STARTED_STOPPED', 'the peer was stopped'));
    }
    residents.clear();
  }

  /** Creates the actor of a new particle. */
  live(header: ParticleHeader, settler?: Settler): Actor {
    const actor = new Actor(header, settler);
    this.#parts.residents.live(actor);
    this.#life.add(actor.key, actor.deadline);
    return actor;
  }

  /** The actor of an arrived particle, which may be at work, at rest or new. */
  actorOf(header: ParticleHeader, key: string): Actor {
    const { residents } = this.#parts;
    const actor = residents.actor(key);
    if (actor !== undefined) return actor;
    const tombstone = residents.tombstone(key);
    if (tombstone === undefined) return this.live(header);
    const woken = new Actor(header, tombstone.settler);
    this.#wake(woken);
    this.#parts.host.store.load(key).then(
      stored => this.#loaded(woken, stored),
      (failure: unknown) => this.abandon(woken, failure),
    );
    return woken;
  }

  /** Lets a particle rest if nothing is left to do. */
  changed(actor: Actor): void {
    const { settler } = actor;
    if (actor.revision > (this.#retries.get(actor.key)?.revision ?? Infinity))
      this.#retries.delete(actor.key);
    if (actor.isGone || !actor.isAtRest) return;
    if (settler !== undefined && !settler.expectsResponse) settler.resolve(null);
    if (settler === undefined || settler.isSettled) this.#rest(actor);
  }

  /** The particle expired just before its run. */
  expire(actor: Actor): void {
    this.#end([actor.key]);
  }

  /** The deny list has grown: what waits or works for a denied peer ends, unless another copy comes after it is allowed again. */
  denialsChanged(): void {
    const { host, queue, residents, sends } = this.#parts;
    const { denied, peerId } = host;
    for (const actor of residents.actors()) {
      const { initPeerId } = actor.header;
      const isOver = initPeerId !== peerId && denied.has(initPeerId, 'init');
      const copies = isOver ? queue.takeAll(actor) : queue.takeFrom(actor, from => denied.has(from, 'host'));
      for (const { answer } of copies) answer(DENIED);
      if (!isOver) {
        this.changed(actor);
        continue;
      }
      sends.forget(actor);
      actor.isGone = true;
      // While it is written for the first time the store will have it.
      if (actor.revision > 0 || actor.isBlocked) residents.rest(actor);
      else residents.remove(actor.key);
    }
  }

  /** What could not be signed, kept or read has not happened. The particle is read again later. */
  abandon(actor: Actor, failure: unknown): void {
    const { host, queue, residents } = this.#parts;
    if (actor.isGone) return;
    const reason = messageOf(failure);
    host.warn('a particle cannot go on', { particleId: actor.header.id, reason });
    this.#parts.sends.forget(actor);
    const told = abandonment(failure);
    for (const { answer } of queue.takeAll(actor)) answer(told.hopAnswer);
    actor.settler?.reject(told.failure);
    if (actor.revision > 0) {
      residents.rest(actor);
      this.#retryLater(actor.key, actor.revision);
    } else {
      residents.remove(actor.key);
    }
    actor.isGone = true;
  }

  /** As {@link abandon}, by particle key. */
  abandonKey(key: string, failure: unknown): void {
    const actor = this.#parts.residents.actor(key);
    if (actor !== undefined) this.abandon(actor, failure);
    else if (this.#parts.residents.has(key)) this.#retryLater(key);
  }

  #remember({ key, id, initPeerId, deadline, size }: ParticleSummary): void {
    this.#parts.residents.remember({ key, id, initPeerId, deadline, size, settler: undefined });
    this.#life.add(key, deadline);
  }

  #retryLater(key: string, revision = this.#retries.get(key)?.revision ?? 0): void {
    const before = this.#retries.get(key);
    before?.cancel();
    const count = (before?.count ?? 0) + 1;
    const wait = Math.min(RETRY_MS * 2 ** (count - 1), RETRY_MAX_MS);
    const cancel = this.#parts.host.clock.after(wait, () => void this.#resume(key));
    this.#retries.set(key, { count, revision, cancel });
  }

  /** Continues a particle that is not at rest. */
  async #resume(key: string): Promise<void> {
    const { host, residents } = this.#parts;
    try {
      const stored = await host.store.load(key);
      const tombstone = residents.tombstone(key);
      if (stored === undefined || tombstone === undefined) return;
      if (host.denied.has(stored.header.initPeerId, 'init')) return;
      const actor = new Actor(stored.header, tombstone.settler);
      this.#wake(actor);
      this.#loaded(actor, stored);
    } catch (failure) {
      host.warn('a particle could not be read', { failure: messageOf(failure) });
      if (residents.has(key)) this.#retryLater(key);
    }
  }

  #wake(actor: Actor): void {
    actor.isBlocked = true;
    this.#parts.residents.live(actor);
  }

  #loaded(actor: Actor, stored: StoredParticle | undefined): void {
    const { host, queue, sends } = this.#parts;
    if (actor.isGone) return;
    actor.isBlocked = false;
    if (stored !== undefined) {
      this.#retries.get(actor.key)?.cancel();
      if (stored.variables !== null) {
        actor.settler ??= orphanedSettler(stored.header, variablesOf(stored.variables));
      }
      actor.restore(stored, host.clock.now());
      for (const to of stored.sends) sends.send(actor, to, stored.data);
    }
    queue.schedule(actor);
    this.changed(actor);
  }

  /** The store keeps the particle; memory keeps only a tombstone. */
  #rest(actor: Actor): void {
    const { host, residents } = this.#parts;
    actor.isGone = true;
    if (actor.revision === 0) {
      // It was never stored, so there is nothing to read again.
      residents.remove(actor.key);
      return;
    }
    residents.rest(actor);
    if (actor.isStoredAtRest) return;
    const { key, revision } = actor;
    const particle = { key, expected: revision, sends: [], isAtRest: true, used: [] };
    host.store.commit({ particle, isHint: true }).catch(
      // After a restart the particle is read once more and found to be at rest.
      (failure: unknown) =>
        host.warn('could not note that a particle is at rest', { failure: messageOf(failure) }),
    );
  }

  #end(keys: readonly string[]): void {
    const { host, residents, queue } = this.#parts;
    const over = keys.filter(key => residents.has(key));
    for (const key of over) {
      this.#retries.get(key)?.cancel();
      this.#retries.delete(key);
      const actor = residents.actor(key);
      const tombstone = residents.tombstone(key);
      const settler = actor?.settler ?? tombstone?.settler;
      const deadline = actor?.deadline ?? tombstone?.deadline ?? 0;
      const initPeerId = actor?.header.initPeerId ?? tombstone?.initPeerId;
      residents.ended(initPeerId === host.peerId ? { own: deadline } : { others: deadline });
      residents.remove(key);
      if (actor !== undefined) {
        actor.isGone = true;
        this.#parts.sends.forget(actor);
        for (const { answer } of queue.takeAll(actor)) answer(EXPIRED);
        if (settler?.isSettled === false) settler.reject(expiryFailure(actor, host.peerId, host.clock.now()));
      }
      const particleSignature = fromBase64url(key) as Uint8Array;
      host.notify('expired', { peerId: host.peerId, particleSignature });
    }
    for (let at = 0; at < over.length; at += PAGE) {
      host.store.remove(over.slice(at, at + PAGE)).catch(
        // The next start deletes it.
        (failure: unknown) =>
          host.warn('could not delete expired particles', { failure: messageOf(failure) }),
      );
    }
  }
}

const DENIED: HopAnswer = {
  status: 'refused',
  code: 'ERR_PARTICLE_DENIED',
  message: 'a peer of this particle was put on the deny list',
  refusal: undefined,
};
const EXPIRED: HopAnswer = {
  status: 'refused',
  code: 'ERR_PARTICLE_EXPIRED',
  message: 'the particle expired while it waited',
  refusal: undefined,
};

const variablesOf = (text: string): Readonly<Record<string, JsonValue>> =>
  toJsonValue(parseJson(text)) as Record<string, JsonValue>;
