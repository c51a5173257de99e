import { BerylError } from '../base/error.ts';

/** How a command ends; documented in `beryl --help` and docs/cli.md. */
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

/** From the most to the least severe: of several outcomes the first of these counts. */
const GRAVITY: readonly ExitCode[] = [70, 5, 4, 1, 3, 2, 6, 0];

export const graverOf = (a: ExitCode, b: ExitCode): ExitCode =>
  GRAVITY.indexOf(a) < GRAVITY.indexOf(b) ? a : b;

export type CliErrorCode =
  | 'ERR_CLI_FILE'
  | 'ERR_CLI_NETWORK_FILE'
  | 'ERR_CLI_MODULE'
  | 'ERR_CLI_VARIABLE'
  | 'ERR_CLI_EXAMPLE'
  | 'ERR_CLI_COMMAND';

/** A mistake that the person at the terminal can fix. */
export class CliError extends BerylError<CliErrorCode> {
  override readonly name = 'CliError';
}
