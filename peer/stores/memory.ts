import type { JsonValue } from '../../interpreter/index.ts';
import type { KnownNonce } from '../envelopes/replay-window.ts';
import { deadlineOf } from '../particle.ts';
import { groupedStore, type StoreEngine } from './grouped.ts';
import {
  StoreError,
  type EndedUntil,
  type ParticleSummary,
  type ParticleWrite,
  type StateWrite,
  type Store,
  type StoredAnswer,
  type StoredParticle,
  type Transaction,
} from './store.ts';

type Kept = Omit<StoredParticle, 'answers'>;

/**
 * Keeps everything in memory: for tests, browsers, and peers that may forget. Its content lasts as long as the process: after a peer
 * has stopped, another peer with the same key may open the store.
 */
export function memoryStore(): Store {
  return groupedStore(new MemoryEngine());
}

/** The engine of {@link memoryStore}. */
export class MemoryEngine implements StoreEngine {
  readonly #particles = new Map<string, Kept>();
  /** By particle, then by call. */
  readonly #answers = new Map<string, Map<string, StoredAnswer>>();
  readonly #states = new Map<string, { revision: number; version: number; state: JsonValue }>();
  readonly #nonces = new Map<string, KnownNonce>();
  #forgottenMs = 0;
  #owner: string | undefined;
  #ended: EndedUntil = { own: 0, others: 0 };

  open(peerId: string): void | Promise<void> {
    this.#owner ??= peerId;
    if (this.#owner !== peerId) throw otherPeer(this.#owner, peerId);
  }

  /** Puts back what another store has kept. */
  restore(
    particles: Iterable<readonly [string, StoredParticle]>,
    nonces: Iterable<KnownNonce>,
    ended: EndedUntil,
  ): void {
    for (const [key, { answers, ...kept }] of particles) {
      this.#particles.set(key, kept);
      if (answers.length > 0) this.#answers.set(key, new Map(answers.map(answer => [answer.call, answer])));
    }
    for (const known of nonces) this.#nonces.set(`${known.origin} ${known.nonce}`, known);
    this.#ended = ended;
  }

  close(): void | Promise<void> {
    // Another peer object may open the same content again.
  }

  /** All expectations are checked before anything is written, so it cannot fail half-way. */
  group(work: () => void): void {
    work();
  }

  commit({ particle, answer, service, nonce }: Transaction): void {
    if (particle) requireRevision('particle', particle, this.#particles.get(particle.key)?.revision);
    if (service) requireRevision('service', service, this.#states.get(service.id)?.revision);
    if (particle) this.#writeParticle(particle);
    if (answer && this.#particles.has(answer.key)) {
      const { key, ...stored } = answer;
      const answers = this.#answers.get(key) ?? new Map<string, StoredAnswer>();
      this.#answers.set(key, answers.set(answer.call, stored));
    }
    if (service) {
      const { id, expected, version = 0, change } = service;
      this.#states.set(id, { revision: expected + 1, version, state: change.state as JsonValue });
    }
    if (nonce) this.#writeNonce(nonce);
  }

  #writeParticle({ key, expected, header, variables, data, sends, isAtRest, used }: ParticleWrite): void {
    const before = this.#particles.get(key);
    const kept = before ?? { header, variables: variables ?? null, data: new Uint8Array(0) };
    this.#particles.set(key, {
      ...(kept as Kept),
      ...(data && { data }),
      revision: expected + 1,
      sends,
      isAtRest,
    });
    const answers = this.#answers.get(key);
    if (answers === undefined) return;
    for (const call of used) answers.delete(call);
    if (answers.size === 0) this.#answers.delete(key);
  }

  #writeNonce({ forgetBeforeMs, ...known }: NonNullable<Transaction['nonce']>): void {
    this.#nonces.set(`${known.origin} ${known.nonce}`, known);
    if (forgetBeforeMs <= this.#forgottenMs) return;
    this.#forgottenMs = forgetBeforeMs;
    for (const [name, { untilMs }] of this.#nonces) if (untilMs < forgetBeforeMs) this.#nonces.delete(name);
  }

  nonces(): readonly KnownNonce[] {
    return [...this.#nonces.values()];
  }

  load(key: string): StoredParticle | undefined {
    const kept = this.#particles.get(key);
    return kept && { ...kept, answers: [...(this.#answers.get(key)?.values() ?? [])] };
  }

  scan(after: string, limit: number): readonly ParticleSummary[] {
    const keys = [...this.#particles.keys()].filter(key => key > after).sort();
    return keys.slice(0, limit).map(key => summaryOf(key, this.#particles.get(key) as Kept));
  }

  state(id: string) {
    const kept = this.#states.get(id);
    return kept && { ...kept, patches: [] };
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) {
      const kept = this.#particles.get(key);
      if (kept !== undefined) this.#ended = laterOf(this.#ended, kept.header, this.#owner);
      this.#particles.delete(key);
      this.#answers.delete(key);
    }
  }

  sweep(nowMs: number, limit: number): readonly string[] {
    const expired: string[] = [];
    for (const [key, { header }] of this.#particles) {
      if (expired.length >= limit) break;
      if (deadlineOf(header) < nowMs) expired.push(key);
    }
    this.remove(expired);
    return expired;
  }

  ended(): EndedUntil {
    return this.#ended;
  }
}

function laterOf(ended: EndedUntil, header: Kept['header'], owner: string | undefined): EndedUntil {
  const whose = header.initPeerId === owner ? 'own' : 'others';
  return { ...ended, [whose]: Math.max(ended[whose], deadlineOf(header)) };
}

function summaryOf(key: string, { header, data, isAtRest }: Kept): ParticleSummary {
  const { id, initPeerId, script } = header;
  return { key, id, initPeerId, deadline: deadlineOf(header), size: script.length + data.length, isAtRest };
}

/** @throws {StoreError} `ERR_STORE_CONFLICT` */
export function requireRevision(
  what: string,
  { expected }: Pick<ParticleWrite | StateWrite, 'expected'>,
  found = 0,
): void {
  if (found === expected) return;
  throw new StoreError(
    'ERR_STORE_CONFLICT',
    `a ${what} was written by somebody else: expected revision ${expected}, found ${found}`,
    { expected, found },
  );
}

export const otherPeer = (owner: string, peerId: string): StoreError =>
  new StoreError('ERR_STORE_PEER', `the store belongs to peer \`${owner}\`, not to \`${peerId}\``);
