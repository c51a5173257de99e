import type { Random } from '../../peer/index.ts';

/** Outcomes, each with how often it comes in proportion to the others. */
export type Weighted<T> = readonly (readonly [weight: number, outcome: T])[];

/** Picks by chance. */
export class Chances {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  weighted<T>(table: Weighted<T>): T {
    const total = table.reduce((sum, [weight]) => sum + weight, 0);
    const pick = this.#random.next();
    let sum = 0;
    for (const [weight, outcome] of table) {
      sum += weight;
      if (pick < sum / total) return outcome;
    }
    throw new Error('a table of chances is not empty');
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }

  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }
}
