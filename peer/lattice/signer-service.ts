import { concat, utf8 } from '../../base/bytes.ts';
import {
  CborReader,
  CborWriter,
  verifySignature,
  type AsyncSigner,
  type Signer,
} from '../../interpreter/index.ts';
import { messageOf } from '../../services/index.ts';
import type { DenyList } from '../envelopes/deny-list.ts';
import { verifyHostBinding } from '../identity/host-binding.ts';
import type { Clock } from '../ports.ts';
import { readTagged } from '../wire/fields.ts';
import { LatticeError } from './errors.ts';

const ASK = 'beryl/sign/1';
const ASK_FIELDS = 5;
/** Stands before the bytes that a host signs. */
const SIGNED = utf8(`${ASK}\n`);
const REPLY = 'beryl/signed/1';
const REPLY_FIELDS = 3;
const SIGNATURE_BYTES = 64;
const BINDING_BYTES_MAX = 1024;
/** Heads, envelopes and refusals are short. */
const MESSAGE_BYTES_MAX = 4096;
const HEAD_BYTES = 32;
/** How far the clocks of a worker and its signer may differ, milliseconds. */
const SKEW_MS = 60_000;
/** What a worker needs beside heads. It never signs bindings, rotations of keys, deny lists or particles for a worker. */
const FOR_WORKERS: readonly Uint8Array[] = [utf8('beryl/envelope/1\n'), utf8('beryl/refusal/1\n')];

/** Asks the signer of a peer: the answer's bytes for the question's. */
export type AskSigner = (question: Uint8Array) => Promise<Uint8Array>;

export interface SignerHost {
  readonly peerId: string;
  readonly host: Signer;
  /** What the peer has signed for this host. */
  readonly binding: Uint8Array;
  readonly clock: Clock;
}

/**
 * The peer's key, for a worker that does not have it. The worker signs each question with its host key.
 *
 * @param ask Carries a question to {@link answerSigner}, wherever it is. The way needs no trust: a peer verifies each signature.
 */
export function remoteSigner({ peerId, host, binding, clock }: SignerHost, ask: AskSigner): AsyncSigner {
  return {
    peerId,
    async sign(message) {
      const atMs = clock.now();
      const writer = new CborWriter();
      writer.array(ASK_FIELDS);
      writer.text(ASK);
      writer.bytes(binding);
      writer.bytes(message);
      writer.uint(atMs);
      writer.bytes(host.sign(askedBytes(message, atMs)));
      return readReply(await ask(writer.finish()));
    },
  };
}

export interface AnswerParts {
  readonly denied: DenyList;
  readonly clock: Clock;
  /** Called with what it refused, and why. */
  readonly onRefused?: ((reason: string) => void) | undefined;
}

/**
 * Answers a question of a worker: signs if the asking host is bound by the peer and not denied, and if it is something that
 * workers need. Never rejects.
 */
export async function answerSigner(
  question: Uint8Array,
  signer: Signer | AsyncSigner,
  { denied, clock, onRefused }: AnswerParts,
): Promise<Uint8Array> {
  try {
    const { binding, message, atMs, signature } = readQuestion(question);
    const { peerId, host } = verifyHostBinding(binding, clock.now());
    if (peerId !== signer.peerId) throw refused(`the host \`${host}\` was bound to another peer`);
    if (denied.has(host, 'host')) throw refused(`the host \`${host}\` is on the deny list`);
    if (Math.abs(clock.now() - atMs) > SKEW_MS)
      throw refused('the question is not of now: compare the clocks');
    if (!verifySignature(host, askedBytes(message, atMs), signature))
      throw refused(`the question is not signed by the host \`${host}\``);
    if (!isForWorkers(message)) throw refused('workers have no need of this signature');
    return reply(await signer.sign(message), '');
  } catch (failure) {
    const reason = messageOf(failure);
    onRefused?.(reason);
    return reply(new Uint8Array(0), reason);
  }
}

function isForWorkers(message: Uint8Array): boolean {
  if (message.length === HEAD_BYTES) return true;
  return FOR_WORKERS.some(tag => tag.every((byte, i) => message[i] === byte));
}

function askedBytes(message: Uint8Array, atMs: number): Uint8Array {
  const writer = new CborWriter();
  writer.array(2);
  writer.bytes(message);
  writer.uint(atMs);
  return concat(SIGNED, writer.finish());
}

function readQuestion(bytes: Uint8Array) {
  const reader = new CborReader(bytes);
  return readTagged(reader, ASK, ASK_FIELDS, () => ({
    binding: reader.bytes(BINDING_BYTES_MAX).slice(),
    message: reader.bytes(MESSAGE_BYTES_MAX).slice(),
    atMs: reader.uint(),
    signature: reader.bytes(SIGNATURE_BYTES, SIGNATURE_BYTES).slice(),
  }));
}

function reply(signature: Uint8Array, reason: string): Uint8Array {
  const writer = new CborWriter();
  writer.array(REPLY_FIELDS);
  writer.text(REPLY);
  writer.bytes(signature);
  writer.text(reason);
  return writer.finish();
}

/** @throws {LatticeError} `ERR_LATTICE_SIGNER`. @throws {WireError} */
function readReply(bytes: Uint8Array): Uint8Array {
  const reader = new CborReader(bytes);
  return readTagged(reader, REPLY, REPLY_FIELDS, () => {
    const signature = reader.bytes(SIGNATURE_BYTES).slice();
    const reason = reader.text();
    if (signature.length !== SIGNATURE_BYTES) throw refused(reason);
    return signature;
  });
}

const refused = (why: string): LatticeError => new LatticeError('ERR_LATTICE_SIGNER', why);
