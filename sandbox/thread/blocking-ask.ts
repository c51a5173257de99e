import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { ThreadMessage } from './protocol.ts';
import type { ThreadData } from './thread-data.ts';

/** Asks the host for something, and stops the thread until the answer is there. So a guest waits as for any function. */
export type Ask = (text: string) => string;

export function blockingAsk({ answers, signal }: ThreadData): Ask {
  const flag = new Int32Array(signal);
  return text => {
    Atomics.store(flag, 0, 0);
    const message: ThreadMessage = { kind: 'ask', text };
    (parentPort as MessagePort).postMessage(message, []);
    Atomics.wait(flag, 0, 0);
    return (receiveMessageOnPort(answers) as { message: string }).message;
  };
}

/** A question whose length is known before it is read. */
export type BoundedAsk = (length: number, read: () => string) => string;

/**
 * A bounded number of questions of bounded length. Beyond that the guest gets a refusal, and the host learns nothing of it. A text that is
 * too long is not read: it would be copied out of the guest's memory, which is bounded, into that of the thread.
 */
export function boundedAsk(
  ask: Ask,
  limits: { readonly calls: number; readonly textSize: number },
): BoundedAsk {
  let left = limits.calls;
  return (length, read) => {
    if (length > limits.textSize) return refusal(`a call takes at most ${limits.textSize} characters`);
    if (left === 0) return refusal(`a guest makes at most ${limits.calls} calls`);
    left -= 1;
    return ask(read());
  };
}

const refusal = (text: string): string => JSON.stringify({ error: `ERR_SANDBOX_CALL: ${text}` });
