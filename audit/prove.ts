import { fromHex, utf8 } from '../base/bytes.ts';
import {
  canonicalJson,
  decodeData,
  exportProof,
  JsonError,
  parseJson,
  sha256Hex,
  type ProofClaims,
  type ShownValues,
  type SignedParticle,
} from '../interpreter/index.ts';
import { AuditError } from './errors.ts';
import { particlesOf, type OpenRecording } from './replay.ts';
import { itemsOf } from './recorder/arguments.ts';
import type { EntryOf } from './recording/entry.ts';
import { hashOfText } from './recording/hash.ts';
import type { Recording } from './recording/recording.ts';
import { rerun, textOfAnswer, type ParticleEntries, type Rerun } from './verify/rerun.ts';

/** A proof of one call, and what it proves. */
export interface ProvenCall {
  /** The file: `verifyProof` reads it. */
  readonly proof: Uint8Array;
  readonly claims: ProofClaims;
}

/**
 * Takes one answered call out of a recording, as a proof that a third party verifies without the recording.
 *
 * @param number Number of the call: of its request's entry.
 * @throws {AuditError} ERR_AUDIT_CALL if the recording lacks the call, or its peer made another one at its place; ERR_AUDIT_WITHHELD if no run that can be run again has its answer.
 * @throws {ProofError} If the proof would prove nothing.
 * @spec docs/spec/proof.md
 */
export function proveCall(open: OpenRecording, number: number, show?: ShownValues): ProvenCall {
  const { recording } = open;
  const request = recording.find(number, 'request');
  const entries = request && [...particlesOf(open)].find(({ particle }) => particle.n === request.particle);
  if (request === undefined || entries === undefined)
    throw new AuditError(
      'ERR_AUDIT_CALL',
      `unknown call ${number}: \`beryl audit calls\` lists those of the recording`,
    );
  const peerId = recording.peerIdOf(request.peer);
  const { site } = request;
  for (const again of rerun(recording, entries)) {
    if (again.hindrance !== undefined || again.input.params.currentPeerId !== peerId) continue;
    requireAsked(again, request);
    if (!hasRecord(again, peerId, request)) continue;
    const { outcome, input } = again;
    const { params, air: script } = input;
    const particle: SignedParticle = {
      id: params.particleId,
      initPeerId: params.initPeerId,
      timestamp: params.timestamp,
      ttl: params.ttl,
      script,
      signature: fromHex(entries.particle.signature) as Uint8Array,
    };
    const lookUp = answersOf(recording, entries);
    return exportProof(outcome.data, particle, { peerId, site }, { lookUp, ...(show && { show }) });
  }
  throw new AuditError(
    'ERR_AUDIT_WITHHELD',
    `call ${number} cannot be proven: no run that can be run again has its answer`,
  );
}

type Again = Extract<Rerun, { hindrance?: undefined }>;

/** Whether the log of the peer has the call. @throws {AuditError} ERR_AUDIT_CALL if it has another one at this place. */
function hasRecord({ outcome, input }: Again, peerId: string, request: EntryOf<'request'>): boolean {
  if (outcome.data.length === 0) return false;
  const { logs } = decodeData(outcome.data, input.params.particleSignature, 'recorded');
  const log = logs.get(peerId);
  const index = log?.find(request.site);
  if (log === undefined || index === undefined) return false;
  const { serviceId, functionName } = log.at(index).record;
  if (serviceId !== request.service || functionName !== request.function) throw notMade(request);
  return true;
}

/** @throws {AuditError} ERR_AUDIT_CALL if the run asks for another call at the place of this one. */
function requireAsked({ outcome }: Again, request: EntryOf<'request'>): void {
  for (const asked of outcome.callRequests.values()) {
    if (asked.site !== request.site) continue;
    const args = itemsOf(asked.argumentsJson).map(hashOfText);
    const isSame =
      asked.serviceId === request.service &&
      asked.functionName === request.function &&
      args.length === request.args.length &&
      args.every((hash, i) => hash === request.args[i]);
    if (!isSame) throw notMade(request);
  }
}

const notMade = ({ n }: EntryOf<'request'>): AuditError =>
  new AuditError(
    'ERR_AUDIT_CALL',
    `call ${n} cannot be proven: its peer made another call at this place; \`beryl audit verify\` says what is wrong`,
  );

/** Answers of which data holds the hash alone, because the script gives them no name. Read when the first one is needed. */
function answersOf(
  recording: Recording,
  { decisions }: ParticleEntries,
): (hash: string) => Uint8Array | undefined {
  let known: Map<string, Uint8Array> | undefined;
  const read = (): Map<string, Uint8Array> => {
    const texts = [...decisions.values()].flatMap(({ answer }) => {
      const text = 'result' in answer ? textOfAnswer(recording, answer) : undefined;
      return text === undefined ? [] : (canonical(text) ?? []);
    });
    return new Map(texts.map(text => [sha256Hex(text), utf8(text)]));
  };
  return hash => (known ??= read()).get(hash);
}

function canonical(text: string): string | undefined {
  try {
    return canonicalJson(parseJson(text));
  } catch (failure) {
    if (failure instanceof JsonError) return undefined;
    throw failure;
  }
}
