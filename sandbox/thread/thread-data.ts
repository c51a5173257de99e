import type { MessagePort } from 'node:worker_threads';

/** What a thread is started with. */
export interface ThreadData {
  /** Answers for a guest that waits come here. */
  readonly answers: MessagePort;
  /** One 32-bit number: 1 when an answer has come. */
  readonly signal: SharedArrayBuffer;
}
