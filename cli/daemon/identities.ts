import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fromBase64, toBase64 } from '../../base/bytes.ts';
import { printable } from '../../base/printable.ts';
import { IdentityBook, IdentityError, type DenyList, type Identity } from '../../peer/index.ts';
import type { PeerIdentity } from '../../services/index.ts';
import { CliError } from '../errors.ts';
import { readText } from '../files.ts';

const file = z.array(z.string());
/** Ends the file of a second history of a name. */
const CONFLICT = '.conflict.json';

/**
 * Statements of identity in a file: a JSON list of base64 texts.
 *
 * @throws {CliError} `ERR_CLI_FILE`, `ERR_CLI_KEY`.
 */
export function readIdentityFile(path: string): Uint8Array[] {
  const text = readText(path, 'network');
  try {
    return statementsOf(file.parse(JSON.parse(text)));
  } catch (cause) {
    const why = 'it must be a list of base64 texts, as `beryl keys export` writes it';
    throw new CliError(
      'ERR_CLI_KEY',
      printable(`\`${path}\` holds no identity: ${why}`),
      { path },
      { cause },
    );
  }
}

/** @throws {Error} If a text is not base64. */
export const statementsOf = (texts: readonly string[]): Uint8Array[] =>
  texts.map(text => {
    const bytes = fromBase64(text);
    if (bytes === undefined) throw new Error('a statement is not base64');
    return bytes;
  });

/** The identities that this peer has seen; their revoked keys are denied. They outlive the process. */
export class Identities {
  readonly #folder: string;
  readonly #denied: DenyList;
  readonly #book = new IdentityBook();

  /** @throws {IdentityError | CliError} If a kept file was damaged: a peer must not start without a revocation that it has seen. */
  constructor(folder: string, denied: DenyList) {
    this.#folder = folder;
    this.#denied = denied;
    if (!existsSync(folder)) return;
    const files = readdirSync(folder).filter(name => name.endsWith('.json'));
    for (const name of files.filter(file => !file.endsWith(CONFLICT)))
      this.#apply(this.#book.take(readIdentityFile(join(folder, name))));
    for (const name of files.filter(file => file.endsWith(CONFLICT))) {
      const statements = readIdentityFile(join(folder, name));
      if (!this.#isConflict(statements)) continue;
      this.#denyConflict(statements);
    }
  }

  /** A name for the guards of services: they follow what {@link take} gets. */
  follow(name: string): PeerIdentity {
    return this.#book.follow(name);
  }

  #isConflict(statements: readonly Uint8Array[]): boolean {
    try {
      this.#apply(this.#book.take(statements));
      return false;
    } catch (failure) {
      if (failure instanceof IdentityError && failure.code === 'ERR_IDENTITY_CONFLICT') return true;
      throw failure;
    }
  }

  /** @throws {IdentityError} The keys of a name with two histories are denied, all of them: one of them is a thief’s. */
  take(statements: readonly Uint8Array[]): { name: string; keys: number; current: string } {
    let identity: Identity;
    try {
      identity = this.#book.take(statements);
    } catch (failure) {
      if (failure instanceof IdentityError && failure.code === 'ERR_IDENTITY_CONFLICT') {
        this.#denyConflict(statements);
        // Kept, so that a restart does not make one of the two histories the true one.
        const second = `${readIdentity(statements).name}${CONFLICT}`;
        if (!existsSync(join(this.#folder, second))) this.#keep(second, statements);
      }
      throw failure;
    }
    this.#apply(identity);
    const { name, keys } = identity;
    this.#keep(`${name}.json`, this.#book.statements(name));
    return { name, keys: keys.length, current: keys.at(-1)?.peerId ?? '' };
  }

  #keep(file: string, statements: readonly Uint8Array[]): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, file);
    writeFileSync(`${path}.new`, JSON.stringify(statements.map(toBase64)), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  #apply({ name, keys }: Identity): void {
    const revoked = keys.filter(({ isRevoked }) => isRevoked);
    this.#denied.set(
      `identity ${name}`,
      revoked.map(({ peerId }) => ({ peerId, role: 'both', reason: 'the key was revoked' })),
    );
  }

  #denyConflict(statements: readonly Uint8Array[]): void {
    const { name } = readIdentity(statements);
    const ids = new Set(
      [...readIdentity(statements).keys, ...readIdentity(this.#book.statements(name)).keys].map(
        ({ peerId }) => peerId,
      ),
    );
    const reason = 'the identity has two histories';
    this.#denied.set(
      `identity ${name}`,
      [...ids].map(peerId => ({ peerId, role: 'both', reason })),
    );
  }
}

/** Verified on its own, whatever the book says. */
const readIdentity = (statements: readonly Uint8Array[]): Identity => new IdentityBook().take(statements);
