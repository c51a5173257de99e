import type { Readable, Writable } from 'node:stream';
import type { ChannelLink } from '../services/index.ts';

/**
 * A link over two streams: the pipes of a process, or the two ways of a socket.
 *
 * @param end Ends what is behind the streams.
 */
export function streamLink(from: Readable, to: Writable, end: () => void): ChannelLink {
  let isClosed = false;
  let closed: () => void = () => undefined;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    end();
    closed();
  };
  // Errors of a stream end the link. What they say is of no use: the other side has gone.
  for (const stream of [from, to]) {
    stream.once('error', close);
    stream.once('close', close);
    stream.on('error', () => undefined);
  }
  from.once('end', close);
  return {
    get waitingBytes() {
      return to.writableLength;
    },
    send(bytes) {
      if (!isClosed) to.write(bytes);
    },
    close,
    onData(listener) {
      from.on('data', (piece: Uint8Array) => {
        if (!isClosed) listener(piece);
      });
    },
    onClose(listener) {
      closed = listener;
      if (isClosed) queueMicrotask(listener);
    },
  };
}
