import { CborReader, CborWriter } from '../../interpreter/index.ts';
import type { KnownNonce } from '../envelopes/replay-window.ts';
import type { EndedUntil, StoredParticle } from '../stores/store.ts';
import { readTagged } from '../wire/fields.ts';

const PARTICLE = 'beryl/state/1';
const META = 'beryl/partition/1';
const NONCES = 'beryl/nonces/1';
const SIGNATURE_BYTES = 64;

/** One particle of a partition, and envelopes whose nonces are kept beside it. */
export interface ParticleState {
  readonly particle: StoredParticle;
  readonly nonces: readonly KnownNonce[];
}

/** What a peer keeps of a particle, as one value. */
export function encodeState({ particle, nonces }: ParticleState): Uint8Array {
  const { header, revision, data, sends, variables, isAtRest, answers } = particle;
  const writer = new CborWriter();
  writer.array(14);
  writer.text(PARTICLE);
  writer.text(header.id);
  writer.text(header.initPeerId);
  writer.uint(header.timestamp);
  writer.uint(header.ttl);
  writer.text(header.script);
  writer.bytes(header.signature);
  writer.uint(revision);
  writer.uint(Number(isAtRest));
  writer.text(variables ?? '');
  writer.array(sends.length);
  for (const to of sends) writer.text(to);
  writer.array(answers.length * 3);
  for (const { call, retCode, resultJson } of answers) {
    writer.text(call);
    // Codes of services may be negative.
    writer.text(String(retCode));
    writer.text(resultJson);
  }
  writeNonces(writer, nonces);
  writer.bytes(data);
  return writer.finish();
}

/** @throws {WireError} For any other bytes. */
export function decodeState(bytes: Uint8Array): ParticleState {
  const reader = new CborReader(bytes);
  return readTagged(reader, PARTICLE, 14, () => {
    const header = {
      id: reader.text(),
      initPeerId: reader.text(),
      timestamp: reader.uint(),
      ttl: reader.uint(),
      script: reader.text(),
      signature: reader.bytes(SIGNATURE_BYTES, SIGNATURE_BYTES).slice(),
    };
    const revision = reader.uint();
    const isAtRest = reader.uint(1) === 1;
    const variables = reader.text();
    const sends = list(reader.array(), () => reader.text());
    const answers = list(reader.array() / 3, () => ({
      call: reader.text(),
      retCode: Number(reader.text()),
      resultJson: reader.text(),
    }));
    const nonces = readNonces(reader);
    const data = reader.bytes().slice();
    const particle = {
      header,
      revision,
      data,
      sends,
      isAtRest,
      answers,
      variables: variables === '' ? null : variables,
    };
    return { particle, nonces };
  });
}

/** When the last particles ended that the partition has deleted. */
export function encodeMeta({ own, others }: EndedUntil): Uint8Array {
  const writer = new CborWriter();
  writer.array(3);
  writer.text(META);
  writer.uint(own);
  writer.uint(others);
  return writer.finish();
}

/** @throws {WireError} For any other bytes. */
export function decodeMeta(bytes: Uint8Array): EndedUntil {
  const reader = new CborReader(bytes);
  return readTagged(reader, META, 3, () => ({ own: reader.uint(), others: reader.uint() }));
}

/** Nonces that stand beside no particle. */
export function encodeNonces(nonces: readonly KnownNonce[]): Uint8Array {
  const writer = new CborWriter();
  writer.array(2);
  writer.text(NONCES);
  writeNonces(writer, nonces);
  return writer.finish();
}

/** @throws {WireError} For any other bytes. */
export function decodeNonces(bytes: Uint8Array): readonly KnownNonce[] {
  const reader = new CborReader(bytes);
  return readTagged(reader, NONCES, 2, () => readNonces(reader));
}

function writeNonces(writer: CborWriter, nonces: readonly KnownNonce[]): void {
  writer.array(nonces.length * 3);
  for (const { origin, nonce, untilMs } of nonces) {
    writer.text(origin);
    writer.text(nonce);
    writer.uint(untilMs);
  }
}

const readNonces = (reader: CborReader): KnownNonce[] =>
  list(reader.array() / 3, () => ({ origin: reader.text(), nonce: reader.text(), untilMs: reader.uint() }));

const list = <T>(length: number, read: () => T): T[] => Array.from({ length }, read);
