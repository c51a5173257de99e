import type { Ending } from './case.ts';

/** How the cases of one kind ended: what was done against which code. */
export class Tally {
  readonly kind: string;
  readonly codes = new Map<string, number>();
  readonly #byMutation = new Map<string, Map<string, number>>();
  readonly #start = performance.now();
  #cases = 0;
  #slowest = { index: 0, tookMs: 0 };

  constructor(kind: string) {
    this.kind = kind;
  }

  add(index: number, { names, code, tookMs }: Ending): void {
    this.#cases += 1;
    count(this.codes, code);
    for (const name of new Set(names)) {
      const codes = this.#byMutation.get(name) ?? new Map<string, number>();
      this.#byMutation.set(name, codes);
      // With several mutations in one case it is unknown which one caused the code.
      count(codes, names.length === 1 ? code : '+');
    }
    if (tookMs > this.#slowest.tookMs) this.#slowest = { index, tookMs };
  }

  /** How many of the cases ended with this code. */
  share(code: string): number {
    return (this.codes.get(code) ?? 0) / this.#cases;
  }

  get mutations(): string[] {
    return [...this.#byMutation.keys()];
  }

  get cases(): number {
    return this.#cases;
  }

  summary(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    return `fuzz ${this.kind}: ${this.#cases} cases, ${Math.round(this.#cases / seconds)} a second, slowest run ${Math.round(this.#slowest.tookMs)} ms (case ${this.#slowest.index})`;
  }

  histogram(): string {
    const width = Math.max(...this.mutations.map(name => name.length));
    return [...this.#byMutation]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, codes]) => `  ${name.padEnd(width)}  ${print(codes)}`)
      .join('\n');
  }

  toString(): string {
    return `${this.summary()}\n  codes: ${print(this.codes)}\n${this.histogram()}`;
  }
}

const count = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

const print = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted(([a], [b]) => Number(a) - Number(b) || (a < b ? -1 : 1))
    .map(([code, times]) => `${code} × ${times}`)
    .join(', ');
