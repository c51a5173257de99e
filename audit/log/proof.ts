import { equalBytes, fromBase64, toBase64 } from '../../base/bytes.ts';
import { leafHash, rootOfPath } from '../../interpreter/index.ts';
import { parseCheckpoint, type ParsedCheckpoint } from './checkpoint.ts';
import { LogError } from './errors.ts';
import type { Hash } from './tree.ts';

/** One entry of a log with all that proves it: C2SP `tlog-proof@v1`. */
export interface LogProof {
  readonly index: number;
  readonly path: readonly Hash[];
  /** Not authenticated by the proof itself. Beryl puts the entry here: whose hash is the leaf's data. */
  readonly extra?: Uint8Array;
  /** The signed checkpoint, verbatim, with its cosignatures. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 entries has no longer path. */
const PATH_MAX = 53;

/** The text of a proof, in the form `c2sp.org/tlog-proof@v1`. */
export const formatProof = ({ index, path, checkpoint, extra }: LogProof): string =>
  [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...path.map(toBase64),
    '',
    checkpoint,
  ].join('\n');

/** @throws {LogError} ERR_LOG_PROOF */
export function parseProof(text: string): LogProof {
  const end = text.indexOf('\n\n');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (end < 0 || header !== HEADER)
    throw new LogError('ERR_LOG_PROOF', `this is not a proof of form \`${HEADER}\``);
  const isExtra = lines[0]?.startsWith('extra ') === true;
  const extra = isExtra ? fromBase64((lines.shift() as string).slice('extra '.length)) : undefined;
  if (isExtra && extra === undefined)
    throw new LogError('ERR_LOG_PROOF', 'the extra data of the proof is not base64');
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  const path = lines.map(line => fromBase64(line));
  if (digits === undefined || path.length > PATH_MAX || !path.every(isHash))
    throw new LogError('ERR_LOG_PROOF', 'index or hashes of the proof are malformed');
  return { index: Number(digits), path, checkpoint: text.slice(end + 2), ...(extra && { extra }) };
}

/**
 * Checks that an entry stands in the log of a checkpoint. Who signed the checkpoint is for the caller to check.
 *
 * @param leafData The SHA-256 of the entry: 32 bytes.
 * @throws {LogError} ERR_LOG_PROOF if it does not; ERR_NOTE_MALFORMED, ERR_CHECKPOINT_MALFORMED.
 */
export function verifyInclusion(
  { index, path, checkpoint: text }: LogProof,
  leafData: Uint8Array,
): ParsedCheckpoint {
  const parsed = parseCheckpoint(text);
  const { size, root } = parsed.checkpoint;
  const found = rootOfPath(leafHash(leafData), index, size, path);
  if (found === undefined || !equalBytes(found, root))
    throw new LogError(
      'ERR_LOG_PROOF',
      `this is not entry ${index} of the log \`${parsed.checkpoint.origin}\``,
    );
  return parsed;
}

const isHash = (bytes: Uint8Array | undefined): bytes is Uint8Array => bytes?.length === 32;
