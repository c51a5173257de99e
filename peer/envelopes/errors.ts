import { BerylError } from '../../base/error.ts';

/** Why an envelope of a hop is refused. */
export type EnvelopeErrorCode =
  /** A frame without an envelope where one is required. */
  | 'ERR_ENVELOPE_MISSING'
  /** The bytes are not an envelope, or a field has the wrong form. */
  | 'ERR_ENVELOPE_MALFORMED'
  /** Not signed by the host that it names as its origin. */
  | 'ERR_ENVELOPE_SIGNATURE'
  /** It is for another peer, another subject, or answers another request. */
  | 'ERR_ENVELOPE_ROUTE'
  /** The origin is not the host from which the frame came, or is not the one that was asked. */
  | 'ERR_ENVELOPE_ORIGIN'
  /** The payload is not the one whose hash was signed. */
  | 'ERR_ENVELOPE_PAYLOAD'
  /** It claims a longer life than the receiver remembers envelopes. */
  | 'ERR_ENVELOPE_LIFE'
  /** Its life is over. */
  | 'ERR_ENVELOPE_EXPIRED'
  /** It claims to be made too far ahead. */
  | 'ERR_ENVELOPE_FUTURE'
  /** It has been here already. */
  | 'ERR_ENVELOPE_REPLAYED'
  /** The memory for envelopes is full: taking one more would mean to forget another. */
  | 'ERR_ENVELOPE_WINDOW_FULL'
  /** The origin is on the deny list. */
  | 'ERR_ENVELOPE_DENIED'
  /** A signed deny list is malformed, forged, older than the one before, or of an authority that is not trusted. */
  | 'ERR_ENVELOPE_DENY_LIST';

/** An envelope that is refused. */
export class EnvelopeError extends BerylError<EnvelopeErrorCode> {
  override readonly name = 'EnvelopeError';
}
