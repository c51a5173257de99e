/** Every bound on what a stranger can make a run hold or do. Exceeding one ends the run with a code; nothing is cut off. */
export interface Limits {
  /** Script, UTF-8 bytes. Code 10. */
  readonly airSizeBytes: number;
  /**
   * `currentData`, and the data that a run gives, bytes. Answers that do not fit are failed calls; if it is too large without them: code 10.
   */
  readonly dataSizeBytes: number;
  /** One call result, UTF-8 bytes of its text. A larger one is a failed call. */
  readonly callResultSizeBytes: number;
  /** Instructions waiting for a nested one: nesting of the script plus fold items in progress. Code 20022. */
  readonly depth: number;
  /** Folds in progress around one instruction: they are part of every site. Code 20022. */
  readonly folds: number;
  /**
   * Work of one run: an instruction counts 1, and what it does besides counts by size (executor/budget.ts). A unit takes half a
   * microsecond at most on an ordinary core, so the default ends a run within about a second. Code 20023.
   */
  readonly instructions: number;
  /**
   * What one run puts together, UTF-16 units of text: arguments of its call requests, contents of its canons, sites of its states,
   * errors that it keeps. Code 10.
   */
  readonly composedSize: number;
  /** Calls that one run requests from the host. Code 10. */
  readonly callRequests: number;
  /** Peers whose records one set of data may hold, merged, this peer's own included: each costs a signature. Code 10. */
  readonly peers: number;
  /** Values in one stream or stream map (AquaVM: 1 023). Code 20013. */
  readonly streamSize: number;
}

/** UTF-16 units of the text of one value that a script puts together, and of all arguments of one call. Code 10. */
export const VALUE_SIZE_MAX = 64 * 1024 * 1024;

/** Part of the data format: a site with more folds is malformed. */
export const FOLDS_MAX = 1000;

/** Part of the data format: UTF-8 bytes of a peer, service or function in a record. Code 10013 for a script that calls a longer one. */
export const NAME_BYTES_MAX = 64 * 1024;

/** Part of the data format: request ids and generations. */
export const UINT32_MAX = 0xffff_ffff;

/** Part of the data format: states of one set of data. Each takes some hundred bytes of memory, for ten of data. Code 2 when read, 10 when written. */
export const STATES_MAX = 500_000;

/** The limits of a run that sets none. docs/spec/data.md#limits has units and codes. */
export const DEFAULT_LIMITS: Limits = {
  airSizeBytes: 16 * 1024 * 1024,
  dataSizeBytes: 64 * 1024 * 1024,
  callResultSizeBytes: 32 * 1024 * 1024,
  depth: 2_000_000,
  folds: FOLDS_MAX,
  instructions: 2_000_000,
  composedSize: 64 * 1024 * 1024,
  callRequests: 250_000,
  peers: 1024,
  streamSize: 100_000,
};
