import {
  AuditError,
  LogError,
  parseLogPolicy,
  parseTrust,
  TRUST_NOBODY,
  withIdentities,
  type Trust,
} from '../../audit/index.ts';
import { IdentityBook, IdentityError, type Identity } from '../../peer/index.ts';
import { readIdentityFile } from '../daemon/identities.ts';
import { readText } from '../files.ts';

export interface TrustOptions {
  readonly trust?: string;
  readonly policy?: string;
  /** Files of `beryl keys export`. */
  readonly identity?: readonly string[];
}

/**
 * Whom the auditor trusts, from the files that the command line names.
 *
 * @throws {CliError} If a file cannot be read. @throws {AuditError} ERR_TRUST_FILE, ERR_TRUST_IDENTITY. @throws {LogError} ERR_LOG_POLICY, ERR_NOTE_KEY. @throws {IdentityError}
 */
export function readTrust({ trust, policy, identity = [] }: TrustOptions): Trust {
  const named = trust === undefined ? TRUST_NOBODY : parsed(trust, parseTrust);
  const all = policy === undefined ? named : { ...named, policy: parsed(policy, parseLogPolicy) };
  return identity.length === 0 ? all : withIdentities(all, historiesIn(identity));
}

/** Two files of one name must tell one story. @throws {CliError | IdentityError} */
function historiesIn(paths: readonly string[]): Identity[] {
  const book = new IdentityBook();
  for (const path of paths) {
    const statements = readIdentityFile(path);
    try {
      book.take(statements);
    } catch (failure) {
      if (!(failure instanceof IdentityError)) throw failure;
      throw new IdentityError(failure.code, `\`${path}\`: ${failure.message}`, failure.details);
    }
  }
  return book.names.flatMap(name => book.find(name) ?? []);
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
