// How long a row is measured.
export const FULL = {
  inCpuTime: false,
  /** Both engines do the workload at least this long before it counts, milliseconds. */
  warmMs: 2000,
  /** And at least this long when it counts, in turns. */
  measureMs: 1000,
  roundsMin: 5,
  /** No row takes longer than this when it counts; the slower engine may have fewer rounds then. */
  measureMsMax: 8000,
  /** Another thread prepares inputs for so long: at least one of each engine. */
  prepareMs: 10_000,
};

/** For machines that do other things, too. */
export const QUICK = {
  inCpuTime: true,
  warmMs: 400,
  measureMs: 300,
  roundsMin: 3,
  measureMsMax: 2000,
  prepareMs: 1500,
};
