import { equalBytes, fromBase64 } from '../base/bytes.ts';
import { printable, shorten } from '../base/printable.ts';
import {
  execute,
  particleMessage,
  verifySignature,
  type Outcome,
  type Signer,
} from '../interpreter/index.ts';
import { AuditError } from './errors.ts';
import {
  decodeRecording,
  recordedRequest,
  type CallEntry,
  type RecordingEntry,
  type StepEntry,
} from './recording.ts';

/** The first thing in which a recording and the replay of it differ. */
export interface Difference {
  /** Line of the recording, from 1. */
  readonly entry: number;
  /** Peer whose entry it is; empty if the line could not be read. */
  readonly peerId: string;
  /** Such as `outcome.data`, `outcome.callRequests[2].tetraplets`; empty if the line could not be read. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  /** One line for people. */
  readonly message: string;
  /** `malformed`, `altered`: the file itself; `difference`: running it again came to something else. */
  readonly kind: 'malformed' | 'altered' | 'difference';
}

export type ReplayVerdict =
  | { readonly equal: true; readonly steps: number; readonly calls: number }
  | { readonly equal: false; readonly difference: Difference };

/**
 * Runs every recorded step again and holds the outcome against the recorded one, byte for byte.
 *
 * First the file is held against its own chain of hashes; but these prove little against somebody who computes them anew, so
 * every outcome is also reproduced, and every signature that the reproduction asks for must be one that the peer made.
 *
 * @throws {AuditError} ERR_RECORDING_FORMAT, ERR_RECORDING_VERSION, ERR_RECORDING_SIZE: this is no recording that can be read.
 */
export function replay(text: string): ReplayVerdict {
  const read = readEntries(text);
  if ('difference' in read) return { equal: false, difference: read.difference };
  const { entries } = read;
  for (const [i, entry] of entries.entries()) {
    const found = entry.kind === 'step' ? replayStep(entry) : checkCall(entry, entries.slice(i + 1));
    if (found === undefined) continue;
    const peerId = entry.kind === 'step' ? entry.params.currentPeerId : entry.peerId;
    // Line 1 is the header.
    return {
      equal: false,
      difference: { ...found, entry: i + 2, peerId, kind: 'difference', message: describe(found, i + 2) },
    };
  }
  const steps = entries.filter(({ kind }) => kind === 'step').length;
  return { equal: true, steps, calls: entries.length - steps };
}

type Finding = Pick<Difference, 'field' | 'expected' | 'actual'>;

const describe = ({ field, expected, actual }: Finding, entry: number): string =>
  `entry ${entry}: \`${field}\` was recorded as ${shown(expected)}, running it again gives ${shown(actual)}`;

function readEntries(text: string): { entries: RecordingEntry[] } | { difference: Difference } {
  try {
    return { entries: decodeRecording(text) };
  } catch (failure) {
    if (!(failure instanceof AuditError)) throw failure;
    const { code, message, details } = failure;
    if (code !== 'ERR_RECORDING_ENTRY' && code !== 'ERR_RECORDING_ALTERED') throw failure;
    const {
      entry = 0,
      expected = '',
      found = '',
    } = details as { entry?: number; expected?: string; found?: string };
    const kind = code === 'ERR_RECORDING_ALTERED' ? 'altered' : 'malformed';
    const field = kind === 'altered' ? 'chain' : '';
    return { difference: { entry, peerId: '', field, expected: found, actual: expected, message, kind } };
  }
}

function replayStep(entry: StepEntry): Finding | undefined {
  const { params, outcome: recorded } = entry;
  if (!isSignedByInitiator(entry)) {
    return {
      field: 'params.particleSignature',
      expected: params.particleSignature,
      actual: 'no signature of the initiator over this script',
    };
  }
  const signer = replaySigner(entry);
  const outcome = execute({
    air: entry.air,
    prevData: bytesOf(entry.prevData),
    currentData: bytesOf(entry.currentData),
    callResults: new Map(entry.callResults),
    params: {
      ...withoutLimits(params),
      particleSignature: bytesOf(params.particleSignature),
      secretKey: signer,
    },
  });
  return (
    compare('outcome.retCode', recorded.retCode, outcome.retCode) ??
    compare('outcome.errorMessage', recorded.errorMessage, outcome.errorMessage) ??
    compare('outcome.nextPeerIds', recorded.nextPeerIds, outcome.nextPeerIds) ??
    compareRequests(recorded, outcome) ??
    compareBytes('outcome.data', bytesOf(recorded.data), outcome.data) ??
    compare('signatures.length', entry.signatures.length, signer.used)
  );
}

/** Script, times and id are what the initiator signed: a change that altered no outcome shows here. */
function isSignedByInitiator({ air: script, params }: StepEntry): boolean {
  const { particleId: id, timestamp, ttl, initPeerId, particleSignature } = params;
  return verifySignature(
    initPeerId,
    particleMessage({ id, timestamp, ttl, script }),
    bytesOf(particleSignature),
  );
}

function withoutLimits({
  limits,
  ...params
}: StepEntry['params']): Omit<StepEntry['params'], 'limits'> & { limits?: object } {
  return limits === undefined ? params : { ...params, limits };
}

/** Hands out the recorded signatures, in order, where they are valid for what is to be signed; else nothing that verifies. */
function replaySigner(entry: StepEntry): Signer & { readonly used: number } {
  const peerId = entry.params.currentPeerId;
  let used = 0;
  return {
    peerId,
    get used() {
      return used;
    },
    sign(message) {
      const signature = fromBase64(entry.signatures[used] ?? '');
      used += 1;
      return signature !== undefined && verifySignature(peerId, message, signature)
        ? signature
        : new Uint8Array(64);
    },
  };
}

function compareRequests(recorded: StepEntry['outcome'], { callRequests }: Outcome): Finding | undefined {
  const ids = compare(
    'outcome.callRequests',
    recorded.callRequests.map(([id]) => id),
    [...callRequests.keys()],
  );
  if (ids !== undefined) return ids;
  for (const [id, expected] of recorded.callRequests) {
    const actual = callRequests.get(id);
    if (actual === undefined) continue;
    const again = recordedRequest(actual);
    for (const part of Object.keys(again) as (keyof typeof again)[]) {
      const found = compare(`outcome.callRequests[${id}].${part}`, expected[part], again[part]);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** What was decided must be what the interpreter then got, if a later run of that particle on that peer took it. */
function checkCall(
  { peerId, particleSignature, request, decision }: CallEntry,
  later: readonly RecordingEntry[],
): Finding | undefined {
  for (const entry of later) {
    if (entry.kind !== 'step') continue;
    if (entry.params.currentPeerId !== peerId || entry.params.particleSignature !== particleSignature)
      continue;
    const taken = entry.callResults.map(([, result]) => result);
    if (taken.length === 0) continue;
    const { result } = decision;
    const isTaken = taken.some(
      ({ retCode, resultJson }) => retCode === result.retCode && resultJson === result.resultJson,
    );
    if (isTaken) return undefined;
  }
  const isLast = !later.some(
    entry => entry.kind === 'step' && entry.params.particleSignature === particleSignature,
  );
  if (isLast) return undefined;
  const field = `decision.result of ${request.serviceId}.${request.functionName}`;
  return { field, expected: JSON.stringify(decision.result), actual: 'no later run that took it' };
}

function compare(field: string, recorded: unknown, again: unknown): Finding | undefined {
  const [expected, actual] = [JSON.stringify(recorded), JSON.stringify(again)];
  return expected === actual ? undefined : { field, expected, actual };
}

function compareBytes(field: string, recorded: Uint8Array, again: Uint8Array): Finding | undefined {
  if (equalBytes(recorded, again)) return undefined;
  let at = 0;
  while (recorded[at] === again[at]) at += 1;
  const show = (bytes: Uint8Array): string =>
    at < bytes.length ? `0x${(bytes[at] as number).toString(16)}` : 'the end';
  return { field: `${field}, byte ${at}`, expected: show(recorded), actual: show(again) };
}

const bytesOf = (base64: string): Uint8Array => fromBase64(base64) as Uint8Array;

const SHOWN_MAX = 300;
const shown = (text: string): string => printable(shorten(text, SHOWN_MAX));
