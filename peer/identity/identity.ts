import { equalBytes } from '../../base/bytes.ts';
import type { PeerIdentity } from '../../services/index.ts';
import { IdentityError } from './errors.ts';
import { commitmentTo, hashOf, isNothing, readStatement, requireSigned } from './statement.ts';

/** One key of a name. */
export interface IdentityKey {
  readonly peerId: string;
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  /** When another key took its place. */
  readonly untilMs?: number;
  /** It has leaked: what it signed after `untilMs` counts for nothing. */
  readonly isRevoked: boolean;
}

/** A stable name and its keys, oldest first; the last one signs now. */
export interface Identity {
  readonly name: string;
  readonly keys: readonly IdentityKey[];
}

/** What a key was when it signed: the current one; one that has been replaced since; one that had been revoked before. */
export type KeyStanding = 'current' | 'superseded' | 'after revocation' | 'unknown';

/** Statements of one name. */
const STATEMENTS_MAX = 10_000;

/**
 * Verifies all statements of one name, from its inception on.
 *
 * @throws {IdentityError} The first statement that does not follow.
 * @spec docs/spec/identity.md#verification
 */
export function verifyIdentity(statements: readonly Uint8Array[]): Identity {
  const [first] = statements;
  if (first === undefined || statements.length > STATEMENTS_MAX)
    throw broken(`an identity has 1 to ${STATEMENTS_MAX} statements, found ${statements.length}`);
  const { statement: inception } = readStatement(first);
  const { name, kind, sequence, previous, key } = inception;
  if (kind !== 'inception' || sequence !== 0 || key !== name || !isNothing(previous))
    throw broken(`the first statement of \`${name}\` is not its inception`);
  requireSigned(first, name);
  const keys: IdentityKey[] = [{ peerId: key, fromMs: inception.atMs, isRevoked: false }];
  let [before, lastBytes] = [inception, first];
  for (const bytes of statements.slice(1)) {
    const { statement } = readStatement(bytes);
    const follows =
      statement.kind !== 'inception' &&
      statement.name === name &&
      statement.sequence === before.sequence + 1 &&
      statement.atMs >= before.atMs &&
      equalBytes(statement.previous, hashOf(lastBytes));
    if (!follows)
      throw broken(
        `statement ${statement.sequence} of \`${name}\` does not follow statement ${before.sequence}`,
      );
    if (!equalBytes(commitmentTo(statement.key), before.next))
      throw broken(
        `statement ${statement.sequence} of \`${name}\` has a key that was not committed to before`,
      );
    requireSigned(bytes, before.key);
    const old = keys.at(-1) as IdentityKey;
    keys[keys.length - 1] = { ...old, untilMs: statement.atMs, isRevoked: statement.kind === 'revocation' };
    keys.push({ peerId: statement.key, fromMs: statement.atMs, isRevoked: false });
    [before, lastBytes] = [statement, bytes];
  }
  return { name, keys };
}

/** @param atMs When the key signed, milliseconds since 1970, as far as that is proven. */
export function keyStanding({ keys }: Identity, peerId: string, atMs: number): KeyStanding {
  const index = keys.findLastIndex(key => key.peerId === peerId);
  const key = keys[index];
  if (key === undefined) return 'unknown';
  if (index === keys.length - 1) return 'current';
  return key.isRevoked && atMs > (key.untilMs ?? 0) ? 'after revocation' : 'superseded';
}

/** The identities that a peer has seen. */
export class IdentityBook {
  readonly #chains = new Map<string, readonly Uint8Array[]>();
  /** What the chains say; verified when they came. */
  readonly #identities = new Map<string, Identity>();
  readonly #conflicts = new Set<string>();

  /**
   * Takes statements, if they continue what is known.
   *
   * @throws {IdentityError} `ERR_IDENTITY_CONFLICT` if the name has another history here: from then on neither counts.
   */
  take(statements: readonly Uint8Array[]): Identity {
    const identity = verifyIdentity(statements);
    const { name } = identity;
    const known = this.#chains.get(name) ?? [];
    const common = Math.min(known.length, statements.length);
    for (let i = 0; i < common; i++) {
      if (equalBytes(known[i] as Uint8Array, statements[i] as Uint8Array)) continue;
      this.#conflicts.add(name);
    }
    if (this.#conflicts.has(name))
      throw new IdentityError(
        'ERR_IDENTITY_CONFLICT',
        `\`${name}\` has two histories: both are refused from where they differ`,
      );
    if (statements.length < known.length) return this.#identities.get(name) ?? verifyIdentity(known);
    this.#chains.set(name, [...statements]);
    this.#identities.set(name, identity);
    return identity;
  }

  /** What is known of a name; `undefined` if it is not known, or has two histories. */
  find(name: string): Identity | undefined {
    return this.#conflicts.has(name) ? undefined : this.#identities.get(name);
  }

  /**
   * A name for guards: they accept its current key and earlier ones, by what this book knows when they are asked. A revoked key is not
   * accepted, whenever it signed: an origin does not prove a time. Of a name with two histories no key is accepted.
   *
   * @example expectOrigin(book.follow(authName), 'authSrv', 'get_status', '.$.is_admin')
   */
  follow(name: string): PeerIdentity {
    const keys = (): readonly IdentityKey[] => this.find(name)?.keys ?? [];
    return {
      name,
      get current() {
        return keys().at(-1)?.peerId;
      },
      accepts: peerId => {
        const signed = keys().filter(key => key.peerId === peerId);
        return signed.length > 0 && signed.every(({ isRevoked }) => !isRevoked);
      },
    };
  }

  statements(name: string): readonly Uint8Array[] {
    return this.#chains.get(name) ?? [];
  }

  get names(): readonly string[] {
    return [...this.#chains.keys()];
  }
}

const broken = (why: string): IdentityError => new IdentityError('ERR_IDENTITY_CHAIN', why);
