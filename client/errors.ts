import { BerylError } from '../base/error.ts';

/** Why a client cannot run a script. What happens after the script was sent is a `StartedFailure`, whose code names its stage. */
export type ClientErrorCode =
  /** Stage `connect`: the peer could not be reached in time. */
  | 'ERR_CLIENT_OFFLINE'
  /** Stage `outbox`: too many scripts wait for a connection. */
  | 'ERR_CLIENT_OUTBOX_FULL'
  /** Stage `outbox`: the client was closed. */
  | 'ERR_CLIENT_CLOSED'
  /** Stage `script`: the script uses a name that neither it nor `variables` define. */
  | 'ERR_CLIENT_VARIABLE';

/** A script that was not sent; `details.stage` says how far it came. */
export class ClientError extends BerylError<ClientErrorCode> {
  override readonly name = 'ClientError';
}
