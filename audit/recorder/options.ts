import type { Signer } from '../../interpreter/index.ts';
import type { Clock } from '../../services/index.ts';
import type { PeerRules } from './rules.ts';
import type { RecordingSink } from './sink.ts';

/** The options of a {@link Recorder}. */
export interface RecorderOptions {
  readonly sink: RecordingSink;
  /**
   * Names the recording in its checkpoints: no spaces, no plus, not used before. A recorder that starts over begins a new origin:
   * two histories under one origin convict it.
   */
  readonly origin: string;
  /** Signs checkpoints. Best a key of its own. Left out: the recording has none, and nothing proves that it is whole. */
  readonly signer?: Signer;
  /**
   * `all`: every run and call. `anomalies`: what was refused, denied or failed, with the runs that asked for it. `off`: nothing.
   * Left out: `all`.
   */
  readonly mode?: 'off' | 'anomalies' | 'all';
  /** `hashes` withholds arguments, results, data and texts. Left out: `full`. */
  readonly values?: 'full' | 'hashes';
  /** Entries between two checkpoints; 1 024 if left out. */
  readonly checkpointEvery?: number;
  /**
   * Milliseconds that an event waits, to be written together with later ones; 20 if left out. 0: it is written at once. A process that is
   * killed loses what waits; one that ends by itself, or by an error that it did not catch, writes it first.
   */
  readonly delayMs?: number;
  /** Left out: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Of the program that records, for people. */
  readonly versions?: Readonly<Record<string, string | number>>;
}

/** What is known of a peer before its first event. */
export interface RecordedPeer {
  readonly peerId: string;
  readonly name?: string;
  /** Rules by which its calls are decided: with them, decisions of the access list can be checked later. */
  readonly rules?: PeerRules;
}
