import { equalBytes, fromBase64 } from '../../base/bytes.ts';
import type { Signer } from '../../interpreter/index.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { LogError } from './errors.ts';
import { cosign, formatSignature, verifyNote, type VerifierKey } from './note.ts';
import { isConsistent, type Hash } from './tree.ts';

/** What a witness remembers of each log: the newest head that it has cosigned. Keep it before answering. */
export type WitnessState = ReadonlyMap<string, { readonly size: number; readonly root: Hash }>;

/** A witness: its name, its key, and the keys of the logs that it watches. */
export interface Witness {
  readonly name: string;
  readonly signer: Signer;
  /** Keys of the logs that it watches; the name of a key is the origin of the log. */
  readonly logs: readonly VerifierKey[];
}

/** The answer of a witness to a checkpoint: an HTTP status and a body. */
export interface WitnessResponse {
  /** HTTP status. */
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: 'text/plain' | 'text/x.tlog.size';
  readonly body: string;
}

/** A proof between trees of 2^53 entries has no more hashes; the specification allows 63. */
const PROOF_MAX = 63;

/**
 * `add-checkpoint` of C2SP `tlog-witness` v1.0.0 as a pure function: a daemon adds HTTP and a place to keep the state.
 *
 * A witness cosigns a head only if the newest one that it knows begins it. Whoever trusts the witness knows that no two
 * histories were shown.
 *
 * @param body    `old <size>`, hashes of a consistency proof, an empty line, the signed checkpoint.
 * @param seconds Since 1970, by the witness's clock.
 */
export function addCheckpoint(
  witness: Witness,
  state: WitnessState,
  body: string,
  seconds: number,
): { readonly state: WitnessState; readonly response: WitnessResponse } {
  const answer = (status: WitnessResponse['status'], text: string, next = state) =>
    ({
      state: next,
      response: { status, contentType: status === 409 ? 'text/x.tlog.size' : 'text/plain', body: text },
    }) as const;
  try {
    const { old, proof, checkpoint: text } = parseRequest(body);
    const { checkpoint, note } = parseCheckpoint(text);
    const keys = witness.logs.filter(({ name }) => name === checkpoint.origin);
    if (keys.length === 0) return answer(404, 'unknown log\n');
    if (!isSigned(note, keys)) return answer(403, 'not signed by a key of this log\n');
    const { origin, size, root } = checkpoint;
    if (old > size) return answer(400, 'the old size is above that of the checkpoint\n');
    const known = state.get(origin);
    if (old !== (known?.size ?? 0)) return answer(409, `${known?.size ?? 0}\n`);
    if (known !== undefined && known.size === size && !equalBytes(known.root, root))
      return answer(409, `${known.size}\n`);
    const isNext =
      known === undefined ? proof.length === 0 : isConsistent(old, size, known.root, root, proof);
    if (!isNext) return answer(422, 'the proof does not show that the log has only grown\n');
    const signature = cosign(note.text, witness.name, witness.signer, seconds);
    return answer(200, formatSignature(signature), new Map(state).set(origin, { size, root }));
  } catch (failure) {
    if (failure instanceof LogError) return answer(400, `${failure.message}\n`);
    throw failure;
  }
}

function isSigned(note: Parameters<typeof verifyNote>[0], keys: readonly VerifierKey[]): boolean {
  try {
    return verifyNote(note, keys).length > 0;
  } catch (failure) {
    if (failure instanceof LogError) return false;
    throw failure;
  }
}

function parseRequest(body: string): { old: number; proof: Hash[]; checkpoint: string } {
  const end = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(end, 0)).split('\n');
  const [, digits] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  const proof = lines.map(line => fromBase64(line));
  if (digits === undefined || proof.length > PROOF_MAX || !proof.every(isHash))
    throw new LogError('ERR_LOG_PROOF', 'the request is malformed');
  return { old: Number(digits), proof, checkpoint: body.slice(end + 2) };
}

const isHash = (bytes: Uint8Array | undefined): bytes is Uint8Array => bytes?.length === 32;
