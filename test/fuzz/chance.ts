import { seededRandom } from '../../peer/index.ts';

/** Choices from a seed. Each mutation of a case has one of its own, so that leaving one out changes nothing of the others. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#next = () => random.next();
  }

  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  is(probability: number): boolean {
    return this.#next() < probability;
  }

  /** One of a list that is not empty. */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** One of a list, if it has any. */
  some<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : this.of(list);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  shuffled<T>(list: readonly T[]): T[] {
    const all = [...list];
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [all[i], all[j]] = [all[j] as T, all[i] as T];
    }
    return all;
  }
}

const CASES_OF_A_SEED = 4_000_000;
const CHOICES_OF_A_CASE = 64;

/** The choices of one mutation (from 1 on) of a case, or of the case itself (0). */
export const chanceOf = (seed: number, index: number, mutation = 0): Chance =>
  new Chance((seed * CASES_OF_A_SEED + index) * CHOICES_OF_A_CASE + mutation);
