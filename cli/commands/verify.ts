import {
  AuditError,
  kindOf,
  verifyFile,
  verifyTogether,
  type AuditReport,
  type FileKind,
  type RecordingSource,
  type Verification,
  type VerifyFileOptions,
} from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import { progressOf } from '../progress.ts';
import { reportText } from '../audit/report-text.ts';
import { readTrust, type TrustOptions } from '../audit/trust-files.ts';
import { ExitCode, graverOf } from '../errors.ts';
import { ENVELOPE } from '../envelope-file.ts';
import { readText } from '../files.ts';
import { openRecordingFile } from '../recording-files.ts';
import type { Output } from '../output.ts';
import { signerText, verificationText } from '../verification-text.ts';

export interface VerifyCommandOptions extends TrustOptions {
  readonly checkpoint?: readonly string[];
  readonly json?: boolean;
}

/** One verification, and the files that it is about: recordings are verified together. */
interface Verified extends Verification {
  readonly paths: readonly string[];
}

const EXIT_CODES: Readonly<Record<Verification['verdict'], ExitCode>> = {
  valid: ExitCode.ok,
  unproven: ExitCode.unproven,
  invalid: ExitCode.refused,
};

/** `beryl verify <file…>`: says what files prove to somebody who trusts only the keys that they name. Needs no network. */
export function verifyCommand(
  paths: readonly string[],
  options: VerifyCommandOptions,
  output: Output,
): ExitCode {
  const found = verifyAll(paths, options);
  const exitCode = found.map(({ verdict }) => EXIT_CODES[verdict]).reduce(graverOf);
  if (options.json === true) output.json({ format: 'beryl/verification/1', exitCode, verifications: found });
  else output.list(found.map(one => textOf(one, found.length > 1)).join('\n\n'));
  return exitCode;
}

/** `beryl audit verify <recording…>`: the same for recordings, with the audit's report alone. */
export function auditVerifyCommand(
  paths: readonly string[],
  options: VerifyCommandOptions,
  output: Output,
): ExitCode {
  const found = verifyRecordingFiles(paths, optionsOf(options));
  const { claims, verdict } = found;
  if (options.json === true) output.json(claims);
  else output.list(recordingText(found, paths));
  return EXIT_CODES[verdict];
}

function verifyAll(paths: readonly string[], options: VerifyCommandOptions): Verified[] {
  const settings = optionsOf(options);
  const kinds = paths.map(path => kindAt(path, settings));
  const recordings = paths.filter((_, i) => kinds[i] === 'recording');
  const others = paths.filter((_, i) => kinds[i] !== 'recording');
  const heads = paths.filter((_, i) => kinds[i] === 'checkpoint').map(path => readText(path, 'trust'));
  return [
    ...(recordings.length === 0
      ? []
      : [{ paths: recordings, ...verifyRecordingFiles(recordings, { ...settings, heads }) }]),
    ...others.map(path => ({ paths: [path], ...withFile(path, source => verifyFile(source, settings)) })),
  ];
}

function verifyRecordingFiles(
  paths: readonly string[],
  options: VerifyFileOptions,
): Verification & { readonly claims: AuditReport } {
  const sources = paths.map(openRecordingFile);
  paths.forEach((path, i) => requireRecording(path, sources[i] as RecordingSource));
  const progress = progressOf('particles verified');
  const found = verifyTogether(sources, { ...options, onProgress: progress.show });
  progress.end();
  for (const source of sources) source.close();
  return found;
}

/** Another kind of file that Beryl verifies has a command of its own. @throws {AuditError} ERR_RECORDING_FORMAT */
function requireRecording(path: string, source: RecordingSource): void {
  const kind = kindIfAny(source);
  if (kind === undefined || kind === 'recording') return;
  throw new AuditError(
    'ERR_RECORDING_FORMAT',
    printable(`\`${path}\` is not a recording but of the kind ${kind}: \`beryl verify\` takes it`),
  );
}

/** `undefined`: of no kind; the reader of recordings says what is wrong. */
function kindIfAny(source: RecordingSource): FileKind | undefined {
  try {
    return kindOf(source, [ENVELOPE]);
  } catch {
    return undefined;
  }
}

/** Whoever names several files must see which one is of no kind. */
function kindAt(path: string, settings: VerifyFileOptions): FileKind {
  try {
    return withFile(path, source => kindOf(source, settings.formats));
  } catch (failure) {
    if (!(failure instanceof AuditError)) throw failure;
    throw new AuditError(failure.code, printable(`\`${path}\`: ${failure.message}`), failure.details);
  }
}

function withFile<T>(path: string, use: (source: ReturnType<typeof openRecordingFile>) => T): T {
  const source = openRecordingFile(path);
  try {
    return use(source);
  } finally {
    source.close();
  }
}

function optionsOf(options: VerifyCommandOptions): VerifyFileOptions {
  const isTrusting = [options.trust, options.policy, options.identity].some(given => given !== undefined);
  const checkpoints = (options.checkpoint ?? []).map(path => readText(path, 'trust'));
  return { ...(isTrusting && { trust: readTrust(options) }), checkpoints, formats: [ENVELOPE] };
}

function recordingText({ claims, signers, ...found }: Verification, paths: readonly string[]): string {
  const keys = signers.flatMap(signer => (signer.key === undefined ? [] : [signerText(signer)]));
  const refusal =
    found.code === 'ERR_FILE_REVOKED_KEY'
      ? ['', `not valid: ${printable(found.message ?? '')} (${found.code})`]
      : [];
  const known = keys.length === 0 ? [] : ['', 'keys of which an identity file tells:', ...keys];
  return [reportText(claims as AuditReport, paths), ...known, ...refusal].join('\n');
}

function textOf(found: Verified, isOneOfMany: boolean): string {
  const { kind, paths } = found;
  if (kind === 'recording') return recordingText(found, paths);
  const text = verificationText(found);
  return isOneOfMany ? `${printable(paths[0] ?? '')}\n${text}` : text;
}
