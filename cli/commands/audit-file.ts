import { counted } from '../../base/counted.ts';
import { proveEntry, redact, VALUE_ROLES } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import { CliError, ExitCode } from '../errors.ts';
import { writeBytes } from '../files.ts';
import { createRecordingFile, openRecordingFile } from '../recording-files.ts';
import type { Output } from '../output.ts';
import { open } from './audit-list.ts';

export interface AuditEntryOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** `beryl audit entry <recording> <number>`: one entry, with the proof that it stands in the recorder's log. */
export function auditEntryCommand(
  path: string,
  number: string,
  options: AuditEntryOptions,
  output: Output,
): ExitCode {
  if (!/^\d{1,10}$/.test(number))
    throw new CliError('ERR_CLI_COMMAND', `\`${printable(number)}\` is not a number of an entry`);
  const proven = proveEntry(open(path).recording, Number(number));
  if (options.out !== undefined) {
    writeBytes(options.out, proven.proof, [path]);
    output.say(`proof written to ${printable(options.out)}`);
  }
  if (options.json === true) output.json(proven);
  else output.list(proven.entry);
  return ExitCode.ok;
}

export interface AuditRedactOptions {
  readonly out: string;
  readonly values?: boolean;
  readonly hash?: readonly string[];
  readonly json?: boolean;
}

/** `beryl audit redact <recording>`: a copy without some content, of which everything else still proves what it did. */
export function auditRedactCommand(
  path: string,
  { out, values, hash = [], json }: AuditRedactOptions,
  output: Output,
): ExitCode {
  if (values !== true && hash.length === 0)
    throw new CliError(
      'ERR_CLI_COMMAND',
      'say what to withhold: --values, or --hash with the hash of a content',
    );
  const source = openRecordingFile(path);
  const sink = createRecordingFile(out, [path]);
  const roles = values === true ? VALUE_ROLES : [];
  const count = redact(source, { roles, hashes: hash }, lines => sink.write(lines));
  sink.close();
  source.close();
  if (json === true) output.json({ out, withheld: count });
  output.say(
    `${counted(count, 'content is', 'contents are')} withheld in ${printable(out)}; scripts and origins stay, and a hash does not hide what can be guessed`,
  );
  return ExitCode.ok;
}
