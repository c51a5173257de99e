import { BerylError } from '../../base/error.ts';

/** Why a link cannot work. */
export type LinkErrorCode =
  /** A package is not installed; the message says which. */
  | 'ERR_LINK_PACKAGES'
  /** An address cannot be read. */
  | 'ERR_LINK_ADDRESS'
  /** No address to listen on could be opened; `cause` says why. */
  | 'ERR_LINK_LISTEN'
  /** The link has the key of another peer. */
  | 'ERR_LINK_PEER'
  /** The other side broke the rules of framing. */
  | 'ERR_LINK_FRAME';

/** A link that cannot begin, or a stream that breaks its rules. */
export class LinkError extends BerylError<LinkErrorCode> {
  override readonly name = 'LinkError';
}
