import { DEFAULT_LIMITS } from '../../interpreter/index.ts';
import type { Recording } from '../recording/recording.ts';
import type { NotCheckedList } from './not-checked.ts';
import type { Located } from './structure.ts';
import type { Trust } from './trust.ts';

/** Names and keys in the file are hints: a peer counts as known if the auditor named its key. */
export function checkPeers(recording: Recording, trust: Trust, notChecked: NotCheckedList): Located[] {
  const found: Located[] = [];
  const unknown = new Set<string>();
  const named = new NameCheck(trust);
  for (const { peerId, n, name, limits } of recording.peers.values()) {
    if (!hasUsualLimits(limits)) notChecked.add('limits');
    const misnamed = named.check(peerId, name);
    if (misnamed !== undefined)
      found.push({
        content: 'differs',
        name: 'peer-name',
        message: `entry ${n}: the file calls peer ${peerId} \`${name}\`, ${misnamed}`,
        entry: n,
        peerId,
        field: 'name',
      });
    if (trust.peers.has(peerId) || unknown.has(peerId)) continue;
    unknown.add(peerId);
    found.push({
      content: 'unknown-key',
      name: 'unknown-peer',
      message: strangerText(peerId, name, trust.keys?.get(peerId)?.isRevoked === true),
      entry: n,
      peerId,
    });
  }
  return found;
}

/** What to do about a key that does not count. */
function strangerText(peerId: string, name: string | undefined, isRevoked: boolean): string {
  const who = `peer ${peerId}${name === undefined ? '' : ` (\`${name}\`, says the file)`}`;
  return isRevoked
    ? `the key of ${who} was revoked: no trust file makes it count`
    : `you did not name the key of ${who}: add it to the trust file if it is whom you expect`;
}

/** Names in a file are hints, but the name of another peer would mislead the reader. */
class NameCheck {
  readonly #trusted: ReadonlyMap<string, string>;
  readonly #trust: Trust;
  readonly #names = new Map<string, string>();

  constructor(trust: Trust) {
    this.#trust = trust;
    this.#trusted = new Map([...trust.peers].map(([peerId, name]) => [name, peerId]));
  }

  /** @returns What is wrong with this name for this peer; `undefined` for nothing. */
  check(peerId: string, name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const owner = this.#trusted.get(name);
    if (owner !== undefined && !this.#isSame(owner, peerId)) return `which is your name for ${owner}`;
    const earlier = this.#names.get(peerId);
    this.#names.set(peerId, earlier ?? name);
    return earlier === undefined || earlier === name ? undefined : `and \`${earlier}\` before`;
  }

  /** Whether two keys are one, or keys of one name. */
  #isSame(one: string, other: string): boolean {
    const identity = this.#trust.keys?.get(one)?.identity;
    return one === other || (identity !== undefined && identity === this.#trust.keys?.get(other)?.identity);
  }
}

/** Whether a peer's entry states exactly the limits that this build has, each as a number. */
function hasUsualLimits(limits: Readonly<Record<string, number | null>>): boolean {
  const usual = Object.keys(DEFAULT_LIMITS);
  return (
    Object.keys(limits).length === usual.length &&
    usual.every(field => typeof limits[field] === 'number' || (limits[field] === null && isUnlimited(field)))
  );
}

const isUnlimited = (field: string): boolean =>
  (DEFAULT_LIMITS as unknown as Readonly<Record<string, number>>)[field] === Infinity;
