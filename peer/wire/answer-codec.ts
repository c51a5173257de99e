import { NO_BYTES } from '../../base/bytes.ts';
import { CborReader, CborWriter } from '../../interpreter/index.ts';
import type { HopAnswer } from '../hop-answer.ts';
import type { Refusal } from '../refusal.ts';
import { WireError } from './errors.ts';
import { readTagged } from './fields.ts';

/** The name of the format, and its version. */
const TAG = 'beryl/answer/1';
const FIELDS = 6;
const STATUS = ['accepted', 'busy', 'refused'] as const;
const CODE_BYTES_MAX = 64;
/** UTF-16 units of a message, and the bytes that they can take. */
const MESSAGE_MAX = 4096;
const MESSAGE_BYTES_MAX = 3 * MESSAGE_MAX;
const SIGNATURE_BYTES = 64;

/** Who asked whom about which particle: both sides of a hop know it, so it does not travel. */
export interface HopParties {
  readonly by: string;
  readonly to: string;
  readonly particleSignature: Uint8Array;
}

/**
 * What became of a particle, as bytes for its sender.
 *
 * @spec docs/spec/wire.md#answer
 */
export function encodeAnswer(hopAnswer: HopAnswer): Uint8Array {
  const refusal = hopAnswer.status === 'refused' ? hopAnswer.refusal : undefined;
  const { code, message } =
    refusal ?? (hopAnswer.status === 'accepted' ? { code: '', message: '' } : hopAnswer);
  const writer = new CborWriter();
  writer.array(FIELDS);
  writer.text(TAG);
  writer.uint(STATUS.indexOf(hopAnswer.status));
  writer.text(code);
  writer.text(message.slice(0, MESSAGE_MAX).toWellFormed());
  writer.uint(refusal?.atMs ?? 0);
  writer.bytes(refusal?.signature ?? NO_BYTES);
  return writer.finish();
}

/**
 * Reads an answer. A signed refusal comes back complete; verify it with `verifyRefusal` before showing it.
 *
 * @throws {WireError} For any other bytes.
 * @spec docs/spec/wire.md#answer
 */
export function decodeAnswer(bytes: Uint8Array, parties: HopParties): HopAnswer {
  const reader = new CborReader(bytes);
  return readTagged(reader, TAG, FIELDS, () => {
    const status = STATUS[reader.uint(STATUS.length - 1)] as HopAnswer['status'];
    const code = reader.text(CODE_BYTES_MAX);
    const message = reader.text(MESSAGE_BYTES_MAX);
    const atMs = reader.uint();
    const signature = reader.bytes(SIGNATURE_BYTES).slice();
    if (status === 'accepted') {
      requireEmpty(code === '' && message === '' && atMs === 0 && signature.length === 0);
      return { status };
    }
    if (status === 'busy') {
      requireEmpty(atMs === 0 && signature.length === 0);
      return { status, code, message };
    }
    if (signature.length === 0) {
      requireEmpty(atMs === 0);
      return { status, code, message, refusal: undefined };
    }
    if (signature.length !== SIGNATURE_BYTES)
      throw new WireError('ERR_WIRE_FIELD', `\`${TAG}\`: a signature has ${SIGNATURE_BYTES} bytes`);
    const refusal: Refusal = { ...parties, code, message, atMs, signature };
    return { status, code, message, refusal };
  });
}

/** One answer has one encoding. */
function requireEmpty(isEmpty: boolean): void {
  if (!isEmpty) throw new WireError('ERR_WIRE_FIELD', `\`${TAG}\`: a field must be empty in such an answer`);
}
