import { z } from 'zod';
import { duplicateKey, twiceText } from '../../base/duplicate-key.ts';
import { recordOf } from '../../base/record.ts';
import { publicKeyOfPeerId } from '../../interpreter/index.ts';
import { AuditError } from '../errors.ts';
import { LogError } from '../log/errors.ts';
import { parseVerifierKey, verifierKey, type VerifierKey } from '../log/note.ts';
import type { LogPolicy } from '../log/policy.ts';

/** Whom the auditor trusts to be who they are. Keys inside files are hints; only these count. */
export interface Trust {
  /** Names of peers by peer id: whose runs and records count as known. */
  readonly peers: ReadonlyMap<string, string>;
  /** Keys of recorders: for all their recordings as a peer id, for one origin as a vkey. */
  readonly recorders: readonly string[];
  /** Logs and witnesses, as a C2SP policy; its logs are recorders as well. */
  readonly policy?: LogPolicy;
  /** What statements of identity say of keys, by peer id; {@link withIdentities} fills it. */
  readonly keys?: ReadonlyMap<string, KnownKey>;
}

/** A stable name with its keys, oldest first, as verified statements give it. */
export interface KeyHistory {
  readonly name: string;
  readonly keys: readonly Omit<KnownKey, 'identity'>[];
}

/** One key of a name. */
export interface KnownKey {
  /** The stable name: peer id of the first key. */
  readonly identity: string;
  readonly peerId: string;
  /** When another key took its place, milliseconds since 1970; absent for the current key. */
  readonly untilMs?: number;
  /** It has leaked: what it signed after `untilMs` counts for nothing. */
  readonly isRevoked: boolean;
}

/** Trust in no peer and no recorder: every verdict rests on the recording alone. */
export const TRUST_NOBODY: Trust = { peers: new Map(), recorders: [] };

const trustFile = z.strictObject({
  peers: recordOf(z.string().min(1), z.string()).default({}),
  recorders: z.array(z.string()).default([]),
});

/**
 * Reads a trust file: `{ "peers": { "<name>": "<peer id>" }, "recorders": ["<peer id or vkey>"] }`.
 *
 * @throws {AuditError} ERR_TRUST_FILE with the place of the mistake: a key that is misread would be a key that is not checked.
 */
export function parseTrust(text: string): Trust {
  const parsed = trustFile.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw mistake(`${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'wrong shape'}`);
  }
  const { peers, recorders } = parsed.data;
  const byId = new Map<string, string>();
  for (const [name, peerId] of Object.entries(peers)) {
    if (publicKeyOfPeerId(peerId) === undefined)
      throw mistake(`peers.${name}: \`${peerId}\` is not a peer id`);
    if (byId.has(peerId))
      throw mistake(`peers.${name}: \`${peerId}\` has the name \`${byId.get(peerId)}\` already`);
    byId.set(peerId, name);
  }
  for (const recorder of recorders) keysFor('any', [recorder]);
  return { peers: byId, recorders };
}

/**
 * Trust that follows keys: trust in one key of a name is trust in its other keys, and each keeps the name that the auditor gave to it. A
 * revoked key is not trusted, even by name, as a recorder or as a witness: files do not prove when it signed.
 *
 * @throws {AuditError} ERR_TRUST_IDENTITY if two names have one key: a thief of the key would take its trust to a name of their own.
 */
export function withIdentities(trust: Trust, identities: readonly KeyHistory[]): Trust {
  const known = knownKeys(identities, trust.keys);
  const isRevoked = (peerId: string): boolean => known.get(peerId)?.isRevoked === true;
  const peers = new Map(trust.peers);
  const recorders = new Set(trust.recorders);
  for (const { keys } of identities) {
    const name = keys.map(({ peerId }) => trust.peers.get(peerId)).find(one => one !== undefined);
    const isRecorder = keys.some(({ peerId }) => trust.recorders.includes(peerId));
    for (const { peerId } of keys) {
      if (name !== undefined && !peers.has(peerId)) peers.set(peerId, name);
      if (isRecorder) recorders.add(peerId);
    }
  }
  for (const peerId of known.keys()) if (isRevoked(peerId)) peers.delete(peerId);
  const isTrusted = (recorder: string): boolean =>
    !isRevoked(recorder.includes('+') ? parseVerifierKey(recorder).peerId : recorder);
  return {
    ...trust,
    peers,
    recorders: [...recorders].filter(isTrusted),
    ...(trust.policy && { policy: without(isRevoked, trust.policy) }),
    keys: known,
  };
}

/** Once revoked, a key stays so, wherever else it stands. */
function knownKeys(identities: readonly KeyHistory[], before: Trust['keys']): Map<string, KnownKey> {
  const known = new Map(before);
  for (const { name: identity, keys } of identities)
    for (const key of keys) {
      const earlier = known.get(key.peerId);
      if (earlier !== undefined && earlier.identity !== identity)
        throw new AuditError(
          'ERR_TRUST_IDENTITY',
          `\`${key.peerId}\` is a key of \`${earlier.identity}\` and of \`${identity}\`: leave out the statements that are not its owner’s`,
        );
      if (earlier?.isRevoked !== true) known.set(key.peerId, { ...key, identity });
    }
  return known;
}

/** Its logs and witnesses without some keys; what a quorum is does not change. */
const without = (isRevoked: (peerId: string) => boolean, policy: LogPolicy): LogPolicy => ({
  logs: policy.logs.filter(({ peerId }) => !isRevoked(peerId)),
  witnesses: policy.witnesses.filter(({ peerId }) => !isRevoked(peerId)),
  isQuorum: signed => policy.isQuorum(signed),
});

/** The keys that may have signed the checkpoints of an origin. @throws {AuditError} ERR_TRUST_FILE */
export function recorderKeys(origin: string, { recorders, policy }: Trust): VerifierKey[] {
  // A file may name itself in a way that no key has.
  if (!/^[^\s+]+$/u.test(origin)) return [];
  return [...keysFor(origin, recorders), ...(policy?.logs ?? []).filter(({ name }) => name === origin)];
}

function keysFor(origin: string, recorders: readonly string[]): VerifierKey[] {
  return recorders.flatMap(recorder => {
    try {
      if (!recorder.includes('+')) return [verifierKey(origin, recorder)];
      const key = parseVerifierKey(recorder);
      return key.name === origin ? [key] : [];
    } catch (failure) {
      if (failure instanceof LogError) throw mistake(`recorders: ${failure.message}`);
      throw failure;
    }
  });
}

function parseJson(text: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw mistake('it is not JSON');
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw mistake(twiceText(twice));
  return content;
}

const SHAPE = '{ "peers": { "<name>": "<peer id>" }, "recorders": ["<peer id or vkey>"] }';

const mistake = (why: string): AuditError =>
  new AuditError('ERR_TRUST_FILE', `${why}; a trust file is ${SHAPE}`);
