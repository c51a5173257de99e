import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvelopeError, verifyDenyList, type DenyList, type SignedDenyList } from '../../peer/index.ts';

/** The newest deny list of each authority that this peer trusts; they outlive the process. */
export class SignedLists {
  readonly #folder: string;
  readonly #authorities: ReadonlySet<string>;
  readonly #denied: DenyList;
  readonly #newest = new Map<string, number>();

  /** @throws {EnvelopeError} If a kept list was damaged: a peer must not start with a shorter list than it had. */
  constructor(folder: string, authorities: readonly string[], denied: DenyList) {
    this.#folder = folder;
    this.#authorities = new Set(authorities);
    this.#denied = denied;
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.list')) continue;
      const list = verifyDenyList(new Uint8Array(readFileSync(join(folder, name))));
      if (this.#authorities.has(list.authority)) this.#apply(list);
    }
  }

  /**
   * Takes a list, if its authority is trusted and it is newer than the one before.
   *
   * @throws {EnvelopeError} `ERR_ENVELOPE_DENY_LIST`.
   */
  take(bytes: Uint8Array): { authority: string; sequence: number; entries: number } {
    const list = verifyDenyList(bytes);
    const { authority, sequence, entries } = list;
    if (!this.#authorities.has(authority))
      throw refused(`\`${authority}\` is not among the configuration’s denyAuthorities`);
    const newest = this.#newest.get(authority) ?? -1;
    if (sequence <= newest)
      throw refused(`list ${sequence} of \`${authority}\` is not newer than list ${newest}`);
    this.#apply(list);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `${authority}.list`);
    writeFileSync(`${path}.new`, bytes, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return { authority, sequence, entries: entries.length };
  }

  #apply({ authority, sequence, entries }: SignedDenyList): void {
    this.#denied.set(`authority ${authority}`, entries);
    this.#newest.set(authority, sequence);
  }
}

const refused = (why: string): EnvelopeError => new EnvelopeError('ERR_ENVELOPE_DENY_LIST', why);
