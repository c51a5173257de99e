import type { Trust } from '../verify/trust.ts';
import type { RecordingSource } from '../recording/lines.ts';

/** What Beryl can verify on its own. */
export type FileKind =
  'receipt' | 'evidence' | 'proof' | 'recording' | 'checkpoint' | 'log-proof' | 'envelope';

/** Whose signature a file rests on. */
export interface FileSigner {
  readonly role: 'init-peer' | 'peer' | 'host' | 'recorder' | 'witness';
  readonly peerId: string;
  /** As the auditor's trust file calls it; null if the auditor did not name this key. */
  readonly name: string | null;
  /** What statements of identity say of the key; absent if the auditor gave none about it. */
  readonly key?: SignerKey;
}

/** What a key was when it signed, by the time that the file claims: the file does not prove it. */
export interface SignerKey {
  /** The stable name: peer id of the first key. */
  readonly identity: string;
  readonly standing: 'current' | 'superseded' | 'after revocation';
  readonly isRevoked: boolean;
  /** When another key took its place, milliseconds since 1970. */
  readonly untilMs?: number;
}

/**
 * What a file proves to this auditor. `valid`: everything that it says. `unproven`: nothing is wrong, but keys are unknown or something is
 * missing. `invalid`: it proves nothing. JSON-representable; docs/spec/verification.schema.json is its schema.
 */
export interface Verification {
  readonly kind: FileKind;
  readonly verdict: 'valid' | 'unproven' | 'invalid';
  /** Why it is invalid: a stable code, and one line. */
  readonly code?: string;
  readonly message?: string;
  readonly signers: readonly FileSigner[];
  /** What the reader must know beside the verdict. */
  readonly warnings: readonly string[];
  /** What it proves, by kind; absent if it is invalid. */
  readonly claims?: object;
}

/** The options for verifying a file of unknown kind. */
export interface VerifyFileOptions {
  /** Whom the auditor trusts. Left out: keys are shown, and whose they are is not checked. */
  readonly trust?: Trust;
  /** Of recordings: checkpoints that the auditor kept elsewhere. */
  readonly checkpoints?: readonly string[];
  /** Of recordings: checkpoints that lie beside them, held against the recording of their origin if there is one. */
  readonly heads?: readonly string[];
  /** Kinds of file beside those that the audit itself knows, such as envelopes of `beryl/peer`. */
  readonly formats?: readonly FileFormat[];
  /** Of recordings: called now and then with how many particles are done. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** One kind of file: how to know it, and how to verify it. */
export interface FileFormat {
  readonly kind: FileKind;
  /** Looks at the first bytes, 64 at most: it only chooses the reader, which checks again. */
  isBeginning(head: Uint8Array): boolean;
  /** @throws {BerylError} For a file that is damaged or of another version. */
  verify(source: RecordingSource, options: VerifyFileOptions): Verification;
}

/** The verdict of a file whose signatures are all good: unknown keys make it `unproven`, if the auditor named any; so do revoked ones. */
export function verdictFor(
  signers: readonly FileSigner[],
  { trust }: VerifyFileOptions,
): Pick<Verification, 'verdict' | 'signers' | 'code' | 'message'> & { readonly unknown: readonly string[] } {
  const strangers = signers.filter(({ name }) => name === null);
  const unknown =
    trust === undefined
      ? ['you named no keys: whose these are was not checked']
      : strangers.filter(({ key }) => key?.isRevoked !== true).map(strangerText);
  const revoked = revokedIn(signers);
  const isProven = (trust === undefined || strangers.length === 0) && revoked.warnings.length === 0;
  const warnings = [...unknown, ...revoked.warnings];
  return { verdict: isProven ? 'valid' : 'unproven', ...revoked.refusal, signers, unknown: warnings };
}

const strangerText = ({ role, peerId }: FileSigner): string =>
  `you did not name the key of ${peerId} (${roleText(role)}): add it to the trust file if it is whom you expect`;

/** A role in words: `init peer`. */
const roleText = (role: FileSigner['role']): string => role.replace('-', ' ');

/** Whether keys that have leaked signed: after they were revoked, the file is invalid; before, nothing proves that it was before. */
export function revokedIn(signers: readonly FileSigner[]): {
  readonly refusal?: Pick<Verification, 'verdict' | 'code' | 'message'>;
  readonly warnings: readonly string[];
} {
  const revoked = signers.filter(({ key }) => key?.isRevoked === true);
  const late = revoked.find(({ key }) => key?.standing === 'after revocation');
  return {
    ...(late && {
      refusal: {
        verdict: 'invalid',
        code: 'ERR_FILE_REVOKED_KEY',
        message: `${late.peerId} (${roleText(late.role)}) signed this after its key was revoked`,
      },
    }),
    warnings: revoked.map(
      ({ role, peerId }) =>
        `the key of ${peerId} (${roleText(role)}) was revoked, so no trust file makes it count; that it signed before is only what this file says`,
    ),
  };
}

/**
 * A signer of a file, with the name that the auditor gives its key.
 *
 * @param atMs When it signed, as the file says, milliseconds since 1970.
 */
export function fileSigner(
  role: FileSigner['role'],
  peerId: string,
  { trust }: VerifyFileOptions,
  atMs: number,
): FileSigner {
  const name = trust?.peers.get(peerId) ?? null;
  const known = trust?.keys?.get(peerId);
  if (known === undefined) return { role, peerId, name };
  const { identity, isRevoked, untilMs } = known;
  const standing =
    untilMs === undefined ? 'current' : isRevoked && atMs > untilMs ? 'after revocation' : 'superseded';
  return {
    role,
    peerId,
    name,
    key: { identity, standing, isRevoked, ...(untilMs !== undefined && { untilMs }) },
  };
}
