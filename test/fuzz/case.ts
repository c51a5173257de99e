/** One case: what it does, in pieces that can be left out, and how it ends. */
export interface Case {
  /** How many mutations it is made of. */
  readonly mutations: number;
  /** For people: what is attacked. */
  readonly about: () => string;
  /**
   * Plays it with some of its mutations, by place.
   *
   * @param names Receives the mutations that find something to change, in order; also when it throws.
   * @throws {Violation} If an invariant does not hold.
   */
  play(kept: readonly number[], names?: string[]): Ending;
}

export interface Ending {
  readonly names: readonly string[];
  readonly code: string;
  readonly tookMs: number;
}

/** The case of a kind that belongs to a seed and an index, and to nothing else. */
export type MakeCase = (seed: number, index: number) => Case;
