import type { Origin } from './provenance/origin.ts';
import type { Tetraplet } from './provenance/tetraplet.ts';
import type { JsonValue } from './values/json.ts';

/** A call that the host of this peer must perform. */
export interface CallRequest {
  readonly serviceId: string;
  readonly functionName: string;
  readonly arguments: JsonValue[];
  /** The same arguments as canonical JSON text of the array: lossless where `arguments` are JavaScript numbers. */
  readonly argumentsJson: string;
  /** One entry per argument; each holds one tetraplet, or one per element for a whole canon stream or canon map. */
  readonly tetraplets: Tetraplet[][];
  /**
   * Per argument: whether its tetraplets describe its elements, as for a whole canon, and not the argument itself. A canon of one
   * element has one tetraplet, too, but its value is an array around the value that the tetraplet describes.
   */
  readonly elementwise: readonly boolean[];
  /** Where each argument came from, all the way down. Built at the first access. */
  readonly origins: readonly Origin[];
  /** Where in the run the call stands, as text; the same on every honest peer, unique within the particle. */
  readonly site: string;
}

/** Where an error was raised that nothing in the script caught. */
export interface UncaughtFailure {
  /** The peer on which it happened: of the call that failed, else this peer. */
  readonly peerId: string;
  /** Of the call that failed. */
  readonly serviceId?: string;
  readonly functionName?: string;
  /** Where the instruction stands in the script, from 1. */
  readonly line: number;
  readonly column: number;
}

/** What one run produced. */
export interface Outcome {
  /** 0 = success; 1… preparation, 10000… catchable, 20000… uncatchable, 30000… farewell. See docs/spec/errors.md. */
  readonly retCode: number;
  /** Empty on success. */
  readonly errorMessage: string;
  /** Set for codes 10000… only. */
  readonly failure?: UncaughtFailure;
  /** Set if one branch of a `par` has failed while the other one waits: what happens on other peers decides whether the `par` fails. */
  readonly isFailureOpen?: boolean;
  /** To be stored, and sent to `nextPeerIds`. For codes 1… and 20000…: `prevData`, unchanged. */
  readonly data: Uint8Array;
  /** Peers to which the particle with the new data must be sent, without repetition, in the order of their first mention. */
  readonly nextPeerIds: string[];
  /** Calls to perform, by request id; the results come back in `callResults` of a later run. */
  readonly callRequests: Map<number, CallRequest>;
}
