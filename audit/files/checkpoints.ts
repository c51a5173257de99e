import { textOf } from '../../base/bytes.ts';
import { sha256 } from '../../interpreter/index.ts';
import { parseCheckpoint, type ParsedCheckpoint } from '../log/checkpoint.ts';
import { LogError } from '../log/errors.ts';
import { verifyNote } from '../log/note.ts';
import { parseProof, verifyInclusion } from '../log/proof.ts';
import type { RecordingSource } from '../recording/lines.ts';
import { recorderKeys, TRUST_NOBODY } from '../verify/trust.ts';
import type { FileFormat, FileKind, FileSigner, Verification, VerifyFileOptions } from './verification.ts';

/** A signed head of a log: three lines, an empty one, signatures. */
export const CHECKPOINT: FileFormat = {
  kind: 'checkpoint',
  isBeginning: head => /^[^\s+]+\n\d+\n/u.test(new TextDecoder().decode(head)),
  verify: (source, options) =>
    orInvalid('checkpoint', () => ({
      kind: 'checkpoint',
      ...signedBy(parseCheckpoint(textIn(source)), options, {}),
    })),
};

/** One entry of a log: C2SP `tlog-proof@v1`, with the entry as extra data. */
export const LOG_PROOF: FileFormat = {
  kind: 'log-proof',
  isBeginning: head => new TextDecoder().decode(head).startsWith('c2sp.org/tlog-proof@'),
  verify: (source, options) => {
    const proof = parseProof(textIn(source));
    const { index, extra } = proof;
    if (extra === undefined)
      throw new LogError(
        'ERR_LOG_PROOF',
        'the proof does not carry its entry as extra data: nothing to hold it against',
      );
    return orInvalid('log-proof', () => ({
      kind: 'log-proof',
      ...signedBy(verifyInclusion(proof, sha256(extra)), options, { index, entry: textOf(extra) ?? '' }),
    }));
  },
};

function signedBy(
  { checkpoint, note }: ParsedCheckpoint,
  { trust = TRUST_NOBODY }: VerifyFileOptions,
  claims: object,
): Omit<Verification, 'kind'> {
  const { origin, size } = checkpoint;
  const { policy } = trust;
  const recorders = verifyNote(note, recorderKeys(origin, trust));
  const witnesses = verifyNote(note, policy?.witnesses ?? []);
  const isQuorum = policy === undefined || policy.isQuorum(witnesses);
  const signers: FileSigner[] = [
    ...recorders.map(({ peerId, name }) => ({ role: 'recorder' as const, peerId, name })),
    ...witnesses.map(({ peerId, name }) => ({ role: 'witness' as const, peerId, name })),
  ];
  const warnings = [
    ...(recorders.length === 0 ? [`no key that you trust for \`${origin}\` has signed this`] : []),
    ...(isQuorum ? [] : ['not enough of the witnesses of your policy have signed this']),
  ];
  return {
    verdict: warnings.length === 0 ? 'valid' : 'unproven',
    signers,
    warnings,
    claims: { origin, size, ...claims },
  };
}

function orInvalid(kind: FileKind, verify: () => Verification): Verification {
  try {
    return verify();
  } catch (failure) {
    if (!(failure instanceof LogError) || failure.code.endsWith('_MALFORMED')) throw failure;
    const { code, message } = failure;
    return { kind, verdict: 'invalid', code, message, signers: [], warnings: [] };
  }
}

/** Bytes of a checkpoint or proof: their parsers allow no more. */
const BYTES_MAX = 192 * 1024 * 1024;

function textIn(source: RecordingSource): string {
  const text = source.size > BYTES_MAX ? undefined : textOf(source.read(0, source.size));
  if (text === undefined)
    throw new LogError('ERR_NOTE_MALFORMED', 'this is not a signed note: not UTF-8, or too large');
  return text;
}
