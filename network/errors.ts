import { BerylError } from '../base/error.ts';

export type NetworkErrorCode =
  'ERR_CLI_NETWORK_FILE' | 'ERR_CLI_MODULE' | 'ERR_CLI_PEER' | 'ERR_CLI_VARIABLE' | 'ERR_CLI_POLICY';

/** A mistake in a network file, in a module that it names, or in a script for it. Whoever wrote them can fix it. */
export class NetworkError extends BerylError<NetworkErrorCode> {
  override readonly name = 'NetworkError';
}
