import { memorySource, proveCall, verifyFile } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import type { ShownValues } from '../../interpreter/index.ts';
import { readTrust, type TrustOptions } from '../audit/trust-files.ts';
import { CliError, ExitCode } from '../errors.ts';
import { writeBytes } from '../files.ts';
import type { Output } from '../output.ts';
import { verificationText } from '../verification-text.ts';
import { open } from './audit-list.ts';

export interface AuditProveOptions extends TrustOptions {
  readonly out?: string;
  readonly show?: string;
  readonly json?: boolean;
}

const SHOWN: readonly string[] = ['needed', 'call', 'all'] satisfies ShownValues[];

/** `beryl audit prove <recording> <call>`: one call with everything behind its arguments, as a file that stands alone. */
export function auditProveCommand(
  path: string,
  number: string,
  options: AuditProveOptions,
  output: Output,
): ExitCode {
  const { out, show = 'call', json } = options;
  if (!/^\d{1,10}$/.test(number))
    throw new CliError('ERR_CLI_COMMAND', `\`${printable(number)}\` is not a number of a call`);
  if (!SHOWN.includes(show))
    throw new CliError('ERR_CLI_COMMAND', `--show is one of ${SHOWN.join(', ')}, not \`${printable(show)}\``);
  const { proof, claims } = proveCall(open(path), Number(number), show as ShownValues);
  const trust = options.trust === undefined ? {} : { trust: readTrust(options) };
  output.say(verificationText(verifyFile(memorySource(proof), trust)));
  if (json === true) output.json(claims);
  if (out !== undefined) {
    writeBytes(out, proof, [path]);
    output.say(`written to ${printable(out)}, ${proof.length} bytes`);
  }
  return ExitCode.ok;
}
