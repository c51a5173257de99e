import {
  AuditError,
  LogError,
  parseLogPolicy,
  parseTrust,
  TRUST_NOBODY,
  type Trust,
} from '../../audit/index.ts';
import { readText } from '../files.ts';

export interface TrustOptions {
  readonly trust?: string;
  readonly policy?: string;
}

/**
 * Whom the auditor trusts, from the files that the command line names.
 *
 * @throws {CliError} If a file cannot be read. @throws {AuditError} ERR_TRUST_FILE. @throws {LogError} ERR_LOG_POLICY, ERR_NOTE_KEY.
 */
export function readTrust({ trust, policy }: TrustOptions): Trust {
  const named = trust === undefined ? TRUST_NOBODY : parsed(trust, parseTrust);
  return policy === undefined ? named : { ...named, policy: parsed(policy, parseLogPolicy) };
}

/** Whoever names several files must see which one is wrong. */
function parsed<T>(path: string, parse: (text: string) => T): T {
  try {
    return parse(readText(path, 'trust'));
  } catch (failure) {
    const message = `\`${path}\`: ${(failure as Error).message}`;
    if (failure instanceof AuditError) throw new AuditError(failure.code, message, failure.details);
    if (failure instanceof LogError) throw new LogError(failure.code, message, failure.details);
    throw failure;
  }
}
