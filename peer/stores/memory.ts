import type { JsonValue } from '../../interpreter/index.ts';
import { deadlineOf } from '../particle.ts';
import { groupedStore, type StoreEngine } from './grouped.ts';
import {
  StoreError,
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
 * Keeps everything in memory: for tests, browsers, and peers that may forget. Its content ends with the process, but outlives the
 * peer: another peer of the same key may open it after the first has stopped.
 */
export function memoryStore(): Store {
  return groupedStore(new MemoryEngine());
}

class MemoryEngine implements StoreEngine {
  readonly #particles = new Map<string, Kept>();
  /** By particle, then by call. */
  readonly #answers = new Map<string, Map<string, StoredAnswer>>();
  readonly #states = new Map<string, { revision: number; state: JsonValue }>();
  #owner: string | undefined;

  open(peerId: string): void {
    this.#owner ??= peerId;
    if (this.#owner !== peerId) throw otherPeer(this.#owner, peerId);
  }

  close(): void {
    // Another peer object may go on with the content.
  }

  /** Nothing here can fail half-way: expectations are checked before anything is written. */
  group(work: () => void): void {
    work();
  }

  commit({ particle, answer, service }: Transaction): void {
    if (particle) requireRevision('particle', particle, this.#particles.get(particle.key)?.revision);
    if (service) requireRevision('service', service, this.#states.get(service.id)?.revision);
    if (particle) this.#writeParticle(particle);
    if (answer && this.#particles.has(answer.key)) {
      const { key, ...stored } = answer;
      const answers = this.#answers.get(key) ?? new Map<string, StoredAnswer>();
      this.#answers.set(key, answers.set(answer.call, stored));
    }
    if (service) {
      const { id, expected, change } = service;
      this.#states.set(id, { revision: expected + 1, state: change.state as JsonValue });
    }
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
