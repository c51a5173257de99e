import { toHex } from '../../base/bytes.ts';
import type { RecordedResult } from '../recording/entry.ts';

/** Facts remembered of all particles together: beyond that, the particles that came up first are forgotten. */
const FACTS_MAX = 262_144;

/** How a request was decided. */
export interface DecidedRequest {
  readonly entry: number;
  readonly answer: RecordedResult;
}

/** What a recorder remembers of one particle, to say "as in entry n". What was forgotten is written out again. */
export class ParticleMemory {
  /** Number of its entry. */
  readonly n: number;
  /** Runs by the hash of the data that they gave. */
  readonly runs = new Map<string, number>();
  /** Requests by peer and id: an answer that was stored meanwhile is another object. */
  readonly requests = new Map<string, number>();
  /** Decisions by request. */
  readonly decisions = new Map<number, DecidedRequest>();

  constructor(n: number) {
    this.n = n;
  }

  get size(): number {
    return 1 + this.runs.size + this.requests.size + this.decisions.size;
  }

  forget(): void {
    this.runs.clear();
    this.requests.clear();
    this.decisions.clear();
  }
}

/** Particles by their signature, the one that came up first in front. */
export class ParticleMemories {
  readonly #bySignature = new Map<string, ParticleMemory>();
  #facts = 0;
  /** Events of one particle follow each other: its signature is mostly the same object. */
  #last: { readonly signature: Uint8Array; readonly memory: ParticleMemory } | undefined;

  find(signature: Uint8Array): ParticleMemory | undefined {
    if (this.#last?.signature === signature) return this.#last.memory;
    const memory = this.#bySignature.get(toHex(signature));
    if (memory !== undefined) this.#last = { signature, memory };
    return memory;
  }

  /** @param n Of the particle's entry. */
  add(signature: Uint8Array, n: number): ParticleMemory {
    const memory = new ParticleMemory(n);
    this.#bySignature.set(toHex(signature), memory);
    this.#last = { signature, memory };
    this.#facts += memory.size;
    return memory;
  }

  /** Something was remembered of a particle: makes room if there is too much. */
  grown(memory: ParticleMemory, by: number): void {
    this.#facts += by;
    for (const [key, oldest] of this.#bySignature) {
      if (this.#facts <= FACTS_MAX) return;
      this.#facts -= oldest.size;
      if (oldest === memory) {
        oldest.forget();
        this.#facts += oldest.size;
        continue;
      }
      this.#bySignature.delete(key);
      if (this.#last?.memory === oldest) this.#last = undefined;
    }
  }
}
