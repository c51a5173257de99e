import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { duplicateKey, twiceText } from '../../base/duplicate-key.ts';
import { printable } from '../../base/printable.ts';
import { publicKeyOfPeerId } from '../../interpreter/index.ts';
import type { DenyEntry, DenyList } from '../../peer/index.ts';
import { CliError } from '../errors.ts';
import { readText } from '../files.ts';
import { takeFile } from './follow-file.ts';
import { withoutComments } from './jsonc.ts';

const NO_PEER = 'is not a peer id (12D3Koo…, 52 characters)';
const isPeerId = (id: unknown): boolean => typeof id === 'string' && publicKeyOfPeerId(id) !== undefined;
const peerId = z.string().refine(isPeerId, NO_PEER);
const role = z.enum(['host', 'init', 'both']);
const list = z.array(
  z.union([
    peerId.transform(id => ({ peerId: id, role: 'both' as const })),
    z.strictObject({
      peerId,
      role: role.default('both'),
      reason: z.string().max(1000).optional(),
    }),
  ]),
);

/**
 * Peers that a file denies.
 *
 * @throws {CliError} `ERR_CLI_FILE`, `ERR_CLI_DENY_LIST`.
 */
export const readDenyFile = (path: string): DenyEntry[] => parseDenyFile(readText(path, 'network'), path);

/** @throws {CliError} `ERR_CLI_DENY_LIST`. */
function parseDenyFile(text: string, path: string): DenyEntry[] {
  const json = withoutComments(text);
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (cause) {
    throw mistaken(path, SHAPE, cause);
  }
  const twice = duplicateKey(json);
  if (twice !== undefined) throw mistaken(path, twiceText(twice));
  const parsed = list.safeParse(content);
  if (parsed.success) return parsed.data as DenyEntry[];
  // For a wrong peer id, its place helps more than the shape of the whole file.
  const odd = Array.isArray(content) ? content.findIndex(entry => !isPeerId(idOf(entry))) : -1;
  throw mistaken(path, odd === -1 ? SHAPE : `entry ${odd + 1} ${NO_PEER}`, parsed.error);
}

const SHAPE = 'it must be a list of peer ids, or of { "peerId", "role", "reason" }';

const idOf = (entry: unknown): unknown =>
  typeof entry === 'string' ? entry : (Object(entry) as { peerId?: unknown }).peerId;

function mistaken(path: string, why: string, cause?: unknown): CliError {
  const text = printable(`\`${path}\` is not a deny list: ${why}`);
  return new CliError('ERR_CLI_DENY_LIST', text, { path }, { cause });
}

/**
 * Follows a file: its list is in force from now on, and again whenever it changes. A file with a mistake changes nothing, and is reported.
 *
 * @throws {CliError} If the file cannot be read now. @returns Ends it.
 */
export function followDenyFile(
  path: string,
  denied: DenyList,
  failed: (failure: unknown) => void,
): () => void {
  return takeFile(path, 'network', text => denied.set('file', parseDenyFile(text, path))).follow(failed);
}

/** What operators deny by command; it outlives the process. */
export class OperatorList {
  readonly #path: string;
  readonly #denied: DenyList;
  readonly #entries = new Map<string, DenyEntry>();

  constructor(path: string, denied: DenyList) {
    this.#path = path;
    this.#denied = denied;
    if (existsSync(path)) for (const entry of readDenyFile(path)) this.#entries.set(entry.peerId, entry);
    denied.set('operator', [...this.#entries.values()]);
  }

  deny(entry: DenyEntry): void {
    this.#change(new Map(this.#entries).set(entry.peerId, entry));
  }

  /** @returns Whether it was denied by an operator. */
  allow(peerId: string): boolean {
    const left = new Map(this.#entries);
    const isKnown = left.delete(peerId);
    this.#change(left);
    return isKnown;
  }

  /** In force first: an entry that is not a peer's is refused there. */
  #change(entries: ReadonlyMap<string, DenyEntry>): void {
    this.#denied.set('operator', [...entries.values()]);
    this.#entries.clear();
    for (const [peerId, entry] of entries) this.#entries.set(peerId, entry);
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.new`, `${JSON.stringify([...entries.values()], null, 2)}\n`, {
      mode: 0o600,
    });
    renameSync(`${this.#path}.new`, this.#path);
  }
}
