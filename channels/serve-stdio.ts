import { Writable } from 'node:stream';
import {
  createServiceKeys,
  serveChannel,
  type ServeOptions,
  type ServiceDefinition,
} from '../services/index.ts';
import { takeBootstrap } from './environment.ts';
import { streamLink } from './stream-link.ts';

/**
 * Serves a definition over standard input and output of this process, which `childProcess` has started: takes the one-time key from the
 * environment, and ends the process when the host has gone. What the service writes with `console` goes to standard error instead.
 *
 * @throws {ChannelError} `ERR_CHANNEL_BOOTSTRAP` if the host gave no one-time key; with mode `off` or `monitor` none is needed.
 * @example await serveStdio(blog({ authPeer }), { channel: 'blog' });
 */
export async function serveStdio(
  definition: ServiceDefinition,
  options: Omit<ServeOptions, 'keys' | 'connectionsMax'>,
): Promise<void> {
  const { mode = 'enforce', onEnd } = options;
  const bootstrap = takeBootstrap();
  const isKeyed = mode === 'enforce' || (mode === 'monitor' && bootstrap !== undefined);
  const keys = isKeyed ? await createServiceKeys(bootstrap === undefined ? {} : { bootstrap }) : undefined;
  const server = serveChannel(definition, {
    ...options,
    ...(keys && { keys }),
    onEnd(reason) {
      onEnd?.(reason);
      process.exitCode ??= reason.code === 'ERR_CHANNEL_LOST' ? 0 : 1;
      process.stdin.destroy();
    },
  });
  server.accept(streamLink(process.stdin, outputOfFrames(), () => process.stdin.destroy()));
}

/** Standard output carries frames only: a stray line would break the channel. */
function outputOfFrames(): Writable {
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({
    write: (bytes: Uint8Array, _, done) => void write(bytes, done),
  });
}
