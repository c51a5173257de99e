/** What must not happen, counted over all processes. */
export interface Tally {
  particles: number;
  kills: number;
  /** Answers that an observer had seen, or a client had got, and that are gone. */
  lostResults: number;
  /** Pieces of work that were done under two idempotency keys, or changed the state twice. */
  doneTwice: number;
  /** Honest peers whose data another one took for a lie. */
  convictions: number;
  /** Particles that nothing ended before their life did. */
  stuck: number;
  unhandled: number;
}

export const emptyTally = (): Tally => ({
  particles: 0,
  kills: 0,
  lostResults: 0,
  doneTwice: 0,
  convictions: 0,
  stuck: 0,
  unhandled: 0,
});

/** Counts what goes wrong with promises while `work` runs. */
export async function countingUnhandled(tally: Tally, work: () => Promise<void>): Promise<void> {
  const count = (): void => void (tally.unhandled += 1);
  process.on('unhandledRejection', count);
  try {
    await work();
    for (let turn = 0; turn < 5; turn++) await new Promise<void>(resolve => void setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', count);
  }
}
