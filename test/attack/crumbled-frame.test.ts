import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { answerOn, type ByteStream } from '../../peer/transports/channel.ts';
import { writeFrame } from '../../peer/transports/framing.ts';

// Goal:    to fill the memory of a peer beyond the bytes that are sent to it.
// Means:   a large frame in pieces of one byte, each of which costs the host hundreds of bytes if it is kept as it came.
// Refused: by `peer/transports/framing.ts`, which joins what has arrived.
const BOUNDS = {
  frameBytesMax: 8 * 1024 * 1024,
  waitingBytesMax: 1024,
  waitingMax: 1,
  underWayMax: 1,
  answerWaitMs: 1000,
};
const BODY_BYTES = 400_000;
const MIB = 1024 * 1024;

/** Memory in use, without garbage. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A peer that reads a stream, and what has arrived there whole. */
function reading() {
  let push: (bytes: Uint8Array) => void = () => undefined;
  const arrived: number[] = [];
  const stream: ByteStream = {
    send: () => true,
    drained: () => Promise.resolve(),
    pause: () => undefined,
    resume: () => undefined,
    abort: () => undefined,
    onData: listener => (push = listener),
    onClose: () => undefined,
  };
  answerOn(stream, BOUNDS, body => {
    arrived.push(body.length);
    return Promise.resolve(new Uint8Array());
  });
  return { push: (bytes: Uint8Array) => push(bytes), arrived };
}

/** MiB that a frame takes while its last byte is missing; then it arrives. */
function takenBy(size: number): number {
  const bytes = writeFrame({ kind: 'request', id: 1, body: new Uint8Array(BODY_BYTES) });
  const last = bytes.length - 1;
  const { push, arrived } = reading();
  const before = memory();
  for (let at = 0; at < last; at += size) push(bytes.slice(at, Math.min(at + size, last)));
  const taken = memory() - before;
  expect(arrived).toEqual([]);
  push(bytes.slice(last));
  expect(arrived).toEqual([BODY_BYTES]);
  return taken / MIB;
}

describe('a frame in pieces', () => {
  it('honest twin: of 64 KiB takes the memory of its bytes', () => {
    expect(takenBy(64 * 1024)).toBeLessThan(10);
  });

  it('of one byte takes no more', () => {
    expect(takenBy(1)).toBeLessThan(10);
  });
});
