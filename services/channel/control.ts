import { fromHex, toHex } from '../../base/bytes.ts';
import { KEY_BYTES, NONCE_BYTES } from './channel-key.ts';
import { ChannelError } from './errors.ts';
import { KEY_ID_BYTES } from './frame.ts';

/** Contents of hello and welcome. @spec docs/spec/channel.md#types */
export const nonceContent = (nonce: Uint8Array): string => JSON.stringify({ nonce: toHex(nonce) });

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export const readNonce = (content: string): Uint8Array => bytesIn(content, 'nonce', NONCE_BYTES);

/** Content of a key message. */
export const keyContent = (id: Uint8Array, wrapped: Uint8Array): string =>
  JSON.stringify({ id: toHex(id), wrapped: toHex(wrapped) });

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export const readKeyContent = (content: string): { id: Uint8Array; wrapped: Uint8Array } => ({
  id: bytesIn(content, 'id', KEY_ID_BYTES),
  wrapped: bytesIn(content, 'wrapped', KEY_BYTES),
});

/** Content of a taken message. */
export const takenContent = (id: Uint8Array): string => JSON.stringify({ id: toHex(id) });

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export const readTaken = (content: string): Uint8Array => bytesIn(content, 'id', KEY_ID_BYTES);

function bytesIn(content: string, name: string, size: number): Uint8Array {
  const text = objectOf(content)[name];
  const bytes = typeof text === 'string' ? fromHex(text) : undefined;
  if (bytes?.length !== size)
    throw new ChannelError(
      'ERR_CHANNEL_FRAME',
      `a message is malformed: \`${name}\` must be ${size} bytes as hex`,
    );
  return bytes;
}

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
function objectOf(content: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // As below.
  }
  throw new ChannelError('ERR_CHANNEL_FRAME', 'a message is malformed: its content is not a JSON object');
}
