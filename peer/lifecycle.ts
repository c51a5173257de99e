import { messageOf } from '../services/index.ts';
import { fromBase64url } from '../base/bytes.ts';
import { parseJson, toJsonValue, type JsonValue } from '../interpreter/index.ts';
import { Actor } from './actor.ts';
import { expiryFailure } from './awaited.ts';
import { RunFailure } from './errors.ts';
import type { Host } from './host.ts';
import { Life } from './life.ts';
import type { ParticleHeader } from './particle.ts';
import type { ParticleQueue } from './particle-queue.ts';
import type { Receipt } from './receipt.ts';
import type { Residents } from './residents.ts';
import type { Sends } from './sends.ts';
import { orphanedSettler, type Settler } from './settlement.ts';
import type { ParticleSummary, StoredParticle } from './stores/store.ts';

/** Particles that are read from, or deleted in, the store at a time. */
const PAGE = 1000;
/** First wait before a particle whose store failed is read again, milliseconds; doubled each time, up to the longest. */
const RETRY_MS = 1000;
const RETRY_MAX_MS = 60_000;

export interface LifecycleParts {
  readonly host: Host;
  readonly queue: ParticleQueue;
  readonly residents: Residents;
  readonly sends: Sends;
}

/** Birth, rest, awakening and end of the particles on this peer. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #life: Life;
  /** By particle whose store failed: how often, and how to stop trying again. */
  readonly #retries = new Map<string, { count: number; cancel: () => void }>();

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    const { clock, activity } = parts.host;
    this.#life = new Life(clock, activity, keys => this.#end(keys));
  }

  /** Takes up what an earlier life of this peer has left. @returns Goes on with what was not at rest. */
  async start(): Promise<() => void> {
    const { store, clock } = this.#parts.host;
    while ((await store.sweep(clock.now(), PAGE)).length === PAGE);
    const unfinished: string[] = [];
    for (let after = ''; ;) {
      const page = await store.scan(after, PAGE);
      for (const summary of page) {
        this.#remember(summary);
        if (!summary.isAtRest) unfinished.push(summary.key);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last.key;
    }
    return () => {
      for (const key of unfinished) void this.#resume(key);
    };
  }

  /** Forgets everything but what the store has. */
  stop(): void {
    const { queue, residents } = this.#parts;
    this.#life.stop();
    for (const { cancel } of this.#retries.values()) cancel();
    this.#retries.clear();
    for (const actor of residents.actors()) {
      actor.isGone = true;
      this.#parts.sends.forget(actor);
      for (const { answer } of queue.takeAll(actor)) answer(STOPPED);
      actor.settler?.reject(new RunFailure('ERR_STARTED_STOPPED', 'the peer was stopped'));
    }
    residents.clear();
  }

  /** A particle that is new here. */
  live(header: ParticleHeader, settler?: Settler): Actor {
    const actor = new Actor(header, settler);
    this.#parts.residents.live(actor);
    this.#life.add(actor.key, actor.deadline);
    return actor;
  }

  /** The actor of a particle that has arrived: at work, at rest, or new. */
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
    if (actor.isGone || !actor.isAtRest) return;
    if (settler !== undefined && !settler.expectsResponse) settler.resolve(null);
    if (settler === undefined || settler.isSettled) this.#rest(actor);
  }

  /** The life of an actor that was about to run is over. */
  expire(actor: Actor): void {
    this.#end([actor.key]);
  }

  /** What the store could not keep, or read, has not happened. The particle is read again later. */
  abandon(actor: Actor, failure: unknown): void {
    const { host, queue, residents } = this.#parts;
    if (actor.isGone) return;
    const reason = messageOf(failure);
    host.warn('a particle cannot go on', { particleId: actor.header.id, reason });
    this.#parts.sends.forget(actor);
    const message = `this peer could not keep what it did: ${reason}`;
    for (const { answer } of queue.takeAll(actor))
      answer({ status: 'busy', code: 'ERR_PARTICLE_STORE', message });
    actor.settler?.reject(new RunFailure('ERR_STARTED_STORE', message, { reason }));
    if (actor.revision > 0) {
      residents.rest(actor);
      this.#retryLater(actor.key);
    } else {
      residents.remove(actor.key);
    }
    actor.isGone = true;
  }

  /** As {@link abandon}, for whoever knows the key only. */
  abandonKey(key: string, failure: unknown): void {
    const actor = this.#parts.residents.actor(key);
    if (actor !== undefined) this.abandon(actor, failure);
    else if (this.#parts.residents.has(key)) this.#retryLater(key);
  }

  #remember({ key, id, initPeerId, deadline, size }: ParticleSummary): void {
    this.#parts.residents.remember({ key, id, initPeerId, deadline, size, settler: undefined });
    this.#life.add(key, deadline);
  }

  #retryLater(key: string): void {
    const before = this.#retries.get(key);
    before?.cancel();
    const count = (before?.count ?? 0) + 1;
    const wait = Math.min(RETRY_MS * 2 ** (count - 1), RETRY_MAX_MS);
    const cancel = this.#parts.host.clock.after(wait, () => void this.#resume(key));
    this.#retries.set(key, { count, cancel });
  }

  /** Goes on with a particle that is not at rest. */
  async #resume(key: string): Promise<void> {
    const { host, residents } = this.#parts;
    try {
      const stored = await host.store.load(key);
      const tombstone = residents.tombstone(key);
      if (stored === undefined || tombstone === undefined) return;
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
      this.#retries.delete(actor.key);
      if (stored.variables !== null) {
        actor.settler ??= orphanedSettler(stored.header, variablesOf(stored.variables));
      }
      actor.restore(stored, host.clock.now());
      for (const to of stored.sends) sends.send(actor, to, stored.data);
    }
    queue.schedule(actor);
    this.changed(actor);
  }

  /** The store keeps all of it; memory keeps a tombstone. */
  #rest(actor: Actor): void {
    const { host, residents } = this.#parts;
    actor.isGone = true;
    if (actor.revision === 0) {
      // Nothing of it was ever stored: there is nothing to come back to.
      residents.remove(actor.key);
      return;
    }
    residents.rest(actor);
    if (actor.isStoredAtRest) return;
    const { key, revision } = actor;
    host.store.commit({ particle: { key, expected: revision, sends: [], isAtRest: true, used: [] } }).catch(
      // It will be read once more after a restart, and found to be at rest.
      (failure: unknown) =>
        host.warn('could not note that a particle is at rest', { failure: messageOf(failure) }),
    );
  }

  #end(keys: readonly string[]): void {
    const { host, residents, queue } = this.#parts;
    const over = keys.filter(key => residents.has(key));
    for (const key of over) {
      const actor = residents.actor(key);
      const tombstone = residents.tombstone(key);
      const settler = actor?.settler ?? tombstone?.settler;
      residents.ended(actor?.deadline ?? tombstone?.deadline ?? 0);
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
        // The next start sweeps.
        (failure: unknown) =>
          host.warn('could not delete expired particles', { failure: messageOf(failure) }),
      );
    }
  }
}

const STOPPED: Receipt = { status: 'busy', code: 'ERR_PARTICLE_STOPPED', message: 'the peer stops' };
const EXPIRED: Receipt = {
  status: 'refused',
  code: 'ERR_PARTICLE_EXPIRED',
  message: 'the particle expired while it waited',
  refusal: undefined,
};

const variablesOf = (text: string): Readonly<Record<string, JsonValue>> =>
  toJsonValue(parseJson(text)) as Record<string, JsonValue>;
