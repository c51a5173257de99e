import { BerylError } from '../../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type ChannelErrorCode =
  // a message is rejected
  | 'ERR_CHANNEL_FRAME'
  | 'ERR_CHANNEL_DIRECTION'
  | 'ERR_CHANNEL_UNKEYED'
  | 'ERR_CHANNEL_KEY'
  | 'ERR_CHANNEL_MAC'
  | 'ERR_CHANNEL_SEQUENCE'
  | 'ERR_CHANNEL_TIME'
  | 'ERR_CHANNEL_ENDED'
  // a connection is ended
  | 'ERR_CHANNEL_FLOOD'
  // a call cannot be made, or has no answer
  | 'ERR_CHANNEL_BUSY'
  | 'ERR_CHANNEL_DOWN'
  | 'ERR_CHANNEL_LOST'
  | 'ERR_CHANNEL_CLOSED'
  | 'ERR_CHANNEL_CANCELLED'
  // keys
  | 'ERR_CHANNEL_BOOTSTRAP'
  | 'ERR_CHANNEL_KEPT_KEYS';

/**
 * A message of a channel that was rejected, a call that a channel could not make, or keys that cannot be used.
 *
 * @example catch (error) { if (error instanceof ChannelError && error.code === 'ERR_CHANNEL_DOWN') console.error(error.message); }
 */
export class ChannelError extends BerylError<ChannelErrorCode> {
  override readonly name = 'ChannelError';
}
