/**
 * What is found of the content, the gravest first. `withheld`: what is there fits, the rest cannot be run again. Only `equal` is a
 * success, and only of at least one run.
 */
export const CONTENT = [
  'malformed',
  'tampered',
  'equivocation',
  'differs',
  'policy-failed',
  'unknown-key',
  'withheld',
  'equal',
] as const;
/** The verdict on what a recording contains. */
export type Content = (typeof CONTENT)[number];

/**
 * `complete`: ended, under a checkpoint that a trusted key signed. `open`: such a checkpoint, but no end, as after a crash or a cut.
 * `unproven`: nothing trusted says how much there was.
 */
export const COMPLETENESS = ['unproven', 'open', 'complete'] as const;
/** The verdict on what a recording may lack. */
export type Completeness = (typeof COMPLETENESS)[number];

/** One thing that is wrong, with the evidence. */
export interface Finding {
  readonly content: Exclude<Content, 'equal'>;
  /** Stable name, such as `entry-missing`; all stand in docs/spec/recording.md. */
  readonly name: string;
  /** One line for people. */
  readonly message: string;
  /** Recording it is in, from 0, in the order given. */
  readonly recording: number;
  /** Line of the file, from 1. */
  readonly line?: number;
  /** Number of the entry. */
  readonly entry?: number;
  /** Signature of the particle, hex. */
  readonly particle?: string;
  readonly peerId?: string;
  /** Such as `data`, `requests[2].args[0]`. */
  readonly field?: string;
  /** As recorded, and as it should be. */
  readonly expected?: string;
  readonly actual?: string;
  /** Proof for third parties that a peer signed conflicting records, hex: `beryl/evidence/2`. Left out beyond 64 KiB. */
  readonly evidence?: string;
}

/** Why something is not known to be complete. */
export interface Gap {
  readonly name:
    | 'no-end'
    | 'cut-line'
    | 'no-checkpoint'
    | 'unknown-recorder'
    | 'no-quorum'
    | 'after-checkpoint'
    | 'cut-run'
    | 'mode'
    | 'missing-peer';
  readonly message: string;
  readonly recording: number;
  readonly particle?: string;
  readonly peerId?: string;
}

export const gravest = (contents: Iterable<Content>): Content => first(CONTENT, contents, 'equal');

export const least = (all: Iterable<Completeness>): Completeness => first(COMPLETENESS, all, 'complete');

function first<T>(order: readonly T[], found: Iterable<T>, none: T): T {
  let at = order.indexOf(none);
  for (const one of found) at = Math.min(at, order.indexOf(one));
  return order[at] as T;
}
