import type { StopOptions } from '../options.ts';
import type { OpenPartition } from './partition.ts';

export interface HeldParts {
  /** Claims a partition, and calls `onLost` once if another worker has it later. */
  readonly open: (partition: number, onLost: (failure: unknown) => void) => Promise<OpenPartition>;
  /** Called when there are more or fewer than before. */
  readonly changed: () => void;
  /** Called when a partition is no longer held. Its next owner must learn of that at once. */
  readonly given: () => void;
  /** Called when a partition has been opened or closed, or could not be. */
  readonly settled: () => void;
  readonly warn: (what: string, failure: unknown, partition: number) => void;
}

/** The partitions that one worker has, and those that it is opening or closing: one change of a partition at a time. */
export class HeldPartitions {
  readonly #parts: HeldParts;
  readonly #open = new Map<number, OpenPartition>();
  readonly #changing = new Map<number, Promise<void>>();
  #opening = 0;

  constructor(parts: HeldParts) {
    this.#parts = parts;
  }

  /** In order. */
  get numbers(): readonly number[] {
    return [...this.#open.keys()].toSorted((a, b) => a - b);
  }

  /** Where each was claimed. */
  get claims(): ReadonlyMap<number, number> {
    return new Map([...this.#open].map(([partition, { claimed }]) => [partition, claimed]));
  }

  get peers(): readonly OpenPartition['peer'][] {
    return [...this.#open.values()].map(({ peer }) => peer);
  }

  /** How many are being opened. Those that are being closed do not count: of a worker that was frozen these are all that it had. */
  get opening(): number {
    return this.#opening;
  }

  isChanging(partition: number): boolean {
    return this.#changing.has(partition);
  }

  take(partition: number): Promise<void> {
    const { open, changed, warn } = this.#parts;
    const work = async (): Promise<void> => {
      this.#opening += 1;
      try {
        this.#open.set(partition, await open(partition, failure => this.#lost(partition, failure)));
        changed();
      } catch (failure) {
        warn('a partition could not be taken', failure, partition);
      } finally {
        this.#opening -= 1;
      }
    };
    return this.#change(partition, work());
  }

  /** Closes a partition. Until that is done it is not taken again here; whether others take it meanwhile is `isLost`. */
  give(partition: number, options: StopOptions, isLost = false): Promise<void> {
    const open = this.#open.get(partition);
    if (open === undefined) return Promise.resolve();
    const remove = (): void => {
      if (this.#open.get(partition) !== open) return;
      this.#open.delete(partition);
      this.#parts.changed();
      this.#parts.given();
    };
    const work = async (): Promise<void> => {
      if (isLost) remove();
      await open.peer.stop(options).catch((failure: unknown) => {
        this.#parts.warn('a partition was not closed in order', failure, partition);
      });
      remove();
    };
    return this.#change(partition, work());
  }

  /** Another worker has claimed it. */
  lose(partition: number): Promise<void> {
    return this.give(partition, { graceMs: 0 }, true);
  }

  async giveAll(options: StopOptions): Promise<void> {
    await Promise.all(this.#changing.values());
    await Promise.all([...this.#open.keys()].map(partition => this.give(partition, options)));
  }

  /** Another worker has it, or the bus failed: it is read again if it is still this worker's. */
  #lost(partition: number, failure: unknown): void {
    this.#parts.warn('a partition is lost', failure, partition);
    const close = (): void => void this.lose(partition);
    const changing = this.#changing.get(partition);
    if (changing === undefined) close();
    else void changing.then(close);
  }

  #change(partition: number, work: Promise<void>): Promise<void> {
    const done = work.finally(() => {
      if (this.#changing.get(partition) === done) this.#changing.delete(partition);
      this.#parts.settled();
    });
    this.#changing.set(partition, done);
    return done;
  }
}
