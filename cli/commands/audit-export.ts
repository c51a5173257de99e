import { createHash } from 'node:crypto';
import {
  EXPORT_FORMATS,
  openRecording,
  verifyRecordings,
  type ExportFormat,
  type ExportSource,
  type RecordingSource,
} from '../../audit/index.ts';
import { fromHex } from '../../base/bytes.ts';
import { printable } from '../../base/printable.ts';
import { signerOf, type Signer } from '../../interpreter/index.ts';
import { particleOf } from '../audit/filters.ts';
import { plainNamesOf } from '../audit/names.ts';
import { readTrust, type TrustOptions } from '../audit/trust-files.ts';
import { CliError, ExitCode } from '../errors.ts';
import { readText, writeLines } from '../files.ts';
import { openRecordingFile } from '../recording-files.ts';
import type { Output } from '../output.ts';

export interface AuditExportOptions extends TrustOptions {
  readonly format: string;
  readonly out?: string;
  readonly particle?: string;
  readonly content?: boolean;
  readonly key?: string;
  readonly json?: boolean;
}

/** `beryl audit export <recording>… --format <format>`: recordings as other tools read them. Only `in-toto` verifies anything. */
export function auditExportCommand(
  paths: readonly string[],
  options: AuditExportOptions,
  output: Output,
): ExitCode {
  const format = formatOf(options.format);
  if (options.content === true && format.content === 'never')
    throw new CliError('ERR_CLI_COMMAND', `\`${options.format}\` has hashes only: leave --content out`);
  if (options.json === true && options.out === undefined)
    throw new CliError('ERR_CLI_COMMAND', '--json goes with --out: without it, stdout has the export itself');
  const trust = readTrust(options);
  const signer = format.isSigned ? readSigner(options.key) : undefined;
  const sources = paths.map(openRecordingFile);
  const recordings = sources.map(openRecording);
  const source: ExportSource = {
    recordings,
    nameOf: plainNamesOf(recordings, trust.peers),
    withContent: options.content === true,
    ...(options.particle !== undefined && { particle: particleOf(options.particle, recordings) }),
  };
  const lines =
    signer === undefined || !format.isSigned
      ? (format as Extract<ExportFormat, { isSigned: false }>).lines(source)
      : format.lines({
          ...source,
          signer,
          report: verifyRecordings(sources, { trust }),
          timeMs: Date.now(),
          fileSha256: sources.map(sha256Of),
        });
  if (options.out === undefined) for (const line of lines) output.list(line);
  else {
    writeLines(options.out, lines, paths);
    if (options.json === true) output.json({ out: options.out, format: options.format, recordings: paths });
    output.say(`written to ${printable(options.out)}`);
  }
  for (const one of sources) one.close();
  return ExitCode.ok;
}

function formatOf(name: string): ExportFormat {
  const found = Object.entries<ExportFormat>(EXPORT_FORMATS).find(([known]) => known === name);
  if (found === undefined)
    throw new CliError(
      'ERR_CLI_COMMAND',
      `\`${printable(name)}\` is not a format; formats are ${Object.keys(EXPORT_FORMATS).join(', ')}`,
    );
  return found[1];
}

function readSigner(path: string | undefined): Signer {
  if (path === undefined)
    throw new CliError(
      'ERR_CLI_COMMAND',
      'in-toto statements are signed by you: name your key with --key; `openssl rand -hex 32` makes one',
    );
  const seed = fromHex(readText(path, 'trust').trim());
  if (seed?.length !== 32)
    throw new CliError('ERR_CLI_COMMAND', `\`${printable(path)}\` is not a key: a file of 64 hex digits`);
  return signerOf(seed);
}

const CHUNK = 1024 * 1024;

function sha256Of(source: RecordingSource): string {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += CHUNK) hash.update(source.read(at, CHUNK));
  return hash.digest('hex');
}
