import { seededRandom } from '../../peer/index.ts';

/** Chance of one seed: what fails is played again by its seed. */
export class Chance {
  readonly #random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  next(): number {
    return this.#random.next();
  }

  below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }

  is(probability: number): boolean {
    return this.#random.next() < probability;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Some of the items, at least one. */
  some<T>(items: readonly T[]): readonly T[] {
    const chosen = items.filter(() => this.is(0.5));
    return chosen.length > 0 ? chosen : [this.of(items)];
  }
}
