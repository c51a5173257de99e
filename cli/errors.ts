import { BerylError } from '../base/error.ts';

/** How a command ends; documented in `beryl --help` and docs/cli.md. */
export const ExitCode = {
  ok: 0,
  scriptError: 1,
  usage: 2,
  network: 3,
  denied: 4,
  refused: 5,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export type CliErrorCode =
  'ERR_CLI_FILE' | 'ERR_CLI_NETWORK_FILE' | 'ERR_CLI_MODULE' | 'ERR_CLI_VARIABLE' | 'ERR_CLI_EXAMPLE';

/** What the person at the terminal can mend. */
export class CliError extends BerylError<CliErrorCode> {
  override readonly name = 'CliError';
}
