import { fromBase64url, toBase64url, concat } from '../../base/bytes.ts';
import { ChannelError } from './errors.ts';
import { KEY_ID_BYTES } from './frame.ts';
import { KEY_BYTES } from './channel-key.ts';
import type { ChannelKey } from './channel-key.ts';

const PREFIX = 'beryl-bootstrap-1.';

/** A one-time key as text: what `KeyService.invite` gives, and a service starts with. */
export const bootstrapText = ({ id, secret }: ChannelKey): string =>
  `${PREFIX}${toBase64url(concat(id, secret))}`;

/** @throws {ChannelError} `ERR_CHANNEL_BOOTSTRAP`: it is not a one-time key. The message does not quote the text. */
export function readBootstrap(text: string): ChannelKey {
  const bytes = text.startsWith(PREFIX) ? fromBase64url(text.slice(PREFIX.length).trim()) : undefined;
  if (bytes?.length !== KEY_ID_BYTES + KEY_BYTES)
    throw new ChannelError(
      'ERR_CHANNEL_BOOTSTRAP',
      `this is not a one-time key; give the text that \`invite\` made, which begins with \`${PREFIX}\``,
    );
  return { id: bytes.slice(0, KEY_ID_BYTES), secret: bytes.slice(KEY_ID_BYTES) };
}
