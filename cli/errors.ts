import { BerylError } from '../base/error.ts';

/** How a command ends; {@link EXIT_MEANINGS} says what each means. */
export const ExitCode = {
  ok: 0,
  scriptError: 1,
  usage: 2,
  network: 3,
  denied: 4,
  refused: 5,
  /** An audit found nothing wrong, and not everything proven: keys that you did not name, an end that is missing. */
  unproven: 6,
  /** As `EX_SOFTWARE` of BSD. */
  internal: 70,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What each exit code means: `beryl --help`, the man page and docs/cli.md say the same. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [ExitCode.ok, 'all went well'],
  [ExitCode.scriptError, 'the script failed, or a check that was asked for with an option'],
  [ExitCode.usage, 'usage: a malformed script, network file, recording, receipt or command line'],
  [ExitCode.network, 'network: a peer could not be reached, or the particle expired'],
  [
    ExitCode.denied,
    'a peer’s rules denied a call, or will deny it, or a tested policy would deny calls that passed',
  ],
  [
    ExitCode.refused,
    'verification: a peer refused data, a replay differs, a recording has no run to replay, a receipt proves nothing, or a recording convicts a peer of signing conflicting records',
  ],
  [
    ExitCode.unproven,
    'an audit found nothing wrong, but not everything is proven: keys that you did not name, an end that is missing; a policy check found something',
  ],
  [ExitCode.internal, 'an unexpected error: a bug of Beryl, or of a module in the network file'],
];

/** From the most to the least severe: of several outcomes the first of these counts. */
const GRAVITY: readonly ExitCode[] = [70, 5, 4, 1, 3, 2, 6, 0];

export const graverOf = (a: ExitCode, b: ExitCode): ExitCode =>
  GRAVITY.indexOf(a) < GRAVITY.indexOf(b) ? a : b;

/** Codes of failures that are neither the user's mistake nor the script's. */
const NETWORK_CODES: ReadonlySet<string> = new Set(['ERR_CLIENT_OFFLINE']);

/** How a command ends that failed with an error of Beryl. */
export const exitCodeOf = ({ code }: { readonly code: string }): ExitCode =>
  NETWORK_CODES.has(code) ? ExitCode.network : ExitCode.usage;

export type CliErrorCode =
  | 'ERR_CLI_FILE'
  | 'ERR_CLI_MODULE'
  | 'ERR_CLI_VARIABLE'
  | 'ERR_CLI_POLICY'
  | 'ERR_CLI_EXAMPLE'
  /** A configuration of a peer is not right. */
  | 'ERR_CLI_CONFIG'
  | 'ERR_CLI_KEY'
  | 'ERR_CLI_DENY_LIST'
  | 'ERR_CLI_LISTEN'
  /** The running peer cannot be reached, or refuses. */
  | 'ERR_CLI_PEER'
  | 'ERR_CLI_PACKAGE'
  | 'ERR_CLI_COMMAND';

/** A mistake that the person at the terminal can fix. */
export class CliError extends BerylError<CliErrorCode> {
  override readonly name = 'CliError';
}
