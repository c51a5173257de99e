import { parsePolicy, parseTrust, TRUST_NOBODY, type Trust } from '../../audit/index.ts';
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
  const named = trust === undefined ? TRUST_NOBODY : parseTrust(readText(trust, 'trust'));
  return policy === undefined ? named : { ...named, policy: parsePolicy(readText(policy, 'trust')) };
}
