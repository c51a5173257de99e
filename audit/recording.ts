import { z } from 'zod';
import { fromBase64, toBase64, toHex } from '../base/bytes.ts';
import {
  canonicalJson,
  DEFAULT_LIMITS,
  fromJsonValue,
  JsonError,
  parseJson,
  sha256,
  toJsonValue,
  type CallRequest,
  type CallResult,
  type JsonValue,
  type Limits,
  type Step,
} from '../interpreter/index.ts';
import type { CallEvent } from '../services/index.ts';
import { AuditError } from './errors.ts';
import { linesOf, RecordingSize } from './recording-size.ts';

/**
 * A recording is text: a line of JSON per entry, the first one naming the format. Every line ends its entry with `chain`, the
 * SHA-256 of the line before and this entry, so that a change anywhere shows without running anything.
 */
export const RECORDING_FORMAT = 'beryl/recording/2';

const bytes = z.string().refine(text => fromBase64(text) !== undefined, 'base64 expected');
const signature = z.string().refine(text => fromBase64(text)?.length === 64, '64 bytes in base64 expected');
const uint = z.int().min(0);
const uint32 = uint.max(0xffff_ffff);
const int32 = z.int().min(-0x8000_0000).max(0x7fff_ffff);
const tetraplet = z.strictObject({
  peerId: z.string(),
  serviceId: z.string(),
  functionName: z.string(),
  getter: z.string(),
});
const result = z.strictObject({ retCode: int32, resultJson: z.string() });
const request = z.strictObject({
  serviceId: z.string(),
  functionName: z.string(),
  argumentsJson: z.string(),
  tetraplets: z.array(z.array(tetraplet)),
  elementwise: z.array(z.boolean()),
  site: z.string(),
});

const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];

const headerEntry = z.strictObject({ kind: z.literal('header'), format: z.literal(RECORDING_FORMAT) });
const stepEntry = z.strictObject({
  kind: z.literal('step'),
  air: z.string(),
  params: z.strictObject({
    initPeerId: z.string(),
    currentPeerId: z.string(),
    timestamp: uint,
    ttl: uint32,
    particleId: z.string(),
    particleSignature: signature,
    limits: z.partialRecord(z.enum(LIMIT_NAMES), uint).optional(),
  }),
  prevData: bytes,
  currentData: bytes,
  callResults: z.array(z.tuple([uint32, result])),
  outcome: z.strictObject({
    retCode: z.int(),
    errorMessage: z.string(),
    data: bytes,
    nextPeerIds: z.array(z.string()),
    callRequests: z.array(z.tuple([uint32, request])),
  }),
  signatures: z.array(signature),
});
const callEntry = z.strictObject({
  kind: z.literal('call'),
  peerId: z.string(),
  particleSignature: signature,
  request,
  decision: z.strictObject({
    kind: z.enum(['served', 'failed', 'denied', 'refused']),
    stage: z.string(),
    result,
    code: z.string().optional(),
    text: z.string().optional(),
  }),
});
const entry = z.discriminatedUnion('kind', [headerEntry, stepEntry, callEntry]);

export type StepEntry = z.infer<typeof stepEntry>;
export type CallEntry = z.infer<typeof callEntry>;
export type RecordingEntry = StepEntry | CallEntry;
export type RecordedRequest = z.infer<typeof request>;

export function entryOfStep({ input, outcome, signatures }: Step): StepEntry {
  const { limits, particleSignature, ...params } = input.params;
  return {
    kind: 'step',
    air: input.air,
    params: {
      ...params,
      particleSignature: toBase64(particleSignature),
      ...(limits && { limits: { ...limits } }),
    },
    prevData: toBase64(input.prevData),
    currentData: toBase64(input.currentData),
    callResults: [...input.callResults].map(([id, answer]) => [id, recordedResult(answer)]),
    outcome: {
      retCode: outcome.retCode,
      errorMessage: outcome.errorMessage,
      data: toBase64(outcome.data),
      nextPeerIds: [...outcome.nextPeerIds],
      callRequests: [...outcome.callRequests].map(([id, asked]) => [id, recordedRequest(asked)]),
    },
    signatures: signatures.map(toBase64),
  };
}

export function entryOfCall({ peerId, particleSignature, request: asked, decision }: CallEvent): CallEntry {
  const { kind, stage } = decision;
  return {
    kind: 'call',
    peerId,
    particleSignature: toBase64(particleSignature),
    request: recordedRequest(asked),
    decision: {
      kind,
      stage,
      result: recordedResult(decision.result),
      ...('code' in decision && { code: decision.code, text: decision.text }),
    },
  };
}

export function recordedRequest({
  serviceId,
  functionName,
  argumentsJson,
  tetraplets,
  elementwise,
  site,
}: CallRequest): RecordedRequest {
  return { serviceId, functionName, argumentsJson, tetraplets, elementwise: [...elementwise], site };
}

/** The text of a result, which loses nothing. */
function recordedResult(answer: CallResult): z.infer<typeof result> {
  const resultJson =
    'resultJson' in answer ? answer.resultJson : canonicalJson(fromJsonValue(answer.result, 'result'));
  return { retCode: answer.retCode, resultJson };
}

/**
 * Entries → text.
 *
 * @throws {AuditError} ERR_RECORDING_SIZE for a recording that no reader would take.
 */
export function encodeRecording(entries: readonly RecordingEntry[]): string {
  let chain = '';
  const size = new RecordingSize();
  const lines = [{ kind: 'header', format: RECORDING_FORMAT }, ...entries].map(content => {
    const text = canonicalJson(fromJsonValue(content, 'entry'));
    chain = chainOf(chain, text);
    const line = canonicalJson(fromJsonValue({ chain, entry: content }, 'line'));
    size.add(line);
    return `${line}\n`;
  });
  return lines.join('');
}

/**
 * Text → entries.
 *
 * @throws {AuditError} ERR_RECORDING_FORMAT if this is no recording, ERR_RECORDING_VERSION if it is one of another format,
 *   ERR_RECORDING_ENTRY for a line that is no entry,
 *   ERR_RECORDING_ALTERED for an entry that does not follow from the one before.
 */
export function decodeRecording(text: string): RecordingEntry[] {
  const size = new RecordingSize();
  const entries: RecordingEntry[] = [];
  let chain = '';
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    size.add(line);
    const { content, stated } = readLine(line, number);
    if (number === 1) requireHeader(content);
    chain = chainOf(chain, canonicalJson(fromJsonValue(content, 'entry')));
    if (stated !== chain) {
      throw new AuditError(
        'ERR_RECORDING_ALTERED',
        `entry ${number} was altered, or one before it was left out, added or moved`,
        {
          entry: number,
          expected: chain,
          found: stated,
        },
      );
    }
    const parsed = parseEntry(content, number);
    if ((parsed.kind === 'header') !== (number === 1)) throw notOurs(number);
    if (parsed.kind !== 'header') entries.push(parsed);
  }
  if (chain === '') throw notOurs(1);
  return entries;
}

/** Data of another format would not be read, so nothing of such a recording could be replayed. */
function requireHeader(content: JsonValue): void {
  if (headerEntry.safeParse(content).success) return;
  const other = z.strictObject({ kind: z.literal('header'), format: z.string() }).safeParse(content);
  const format = /^beryl\/recording\/\d{1,9}$/.exec(other.data?.format ?? '')?.[0];
  if (format === undefined) throw notOurs(1);
  throw new AuditError(
    'ERR_RECORDING_VERSION',
    `recording of format \`${format}\` is not supported: this reads \`${RECORDING_FORMAT}\`; replay it with the release that wrote it`,
    { entry: 1, format },
  );
}

function readLine(line: string, number: number): { content: JsonValue; stated: JsonValue } {
  try {
    const json = toJsonValue(parseJson(line));
    if (typeof json === 'object' && json !== null && !Array.isArray(json) && Object.keys(json).length === 2) {
      return { content: json['entry'] ?? null, stated: json['chain'] ?? null };
    }
  } catch (failure) {
    if (!(failure instanceof JsonError)) throw failure;
    if (number > 1) throw malformed(number, failure.message);
  }
  throw notOurs(number);
}

function parseEntry(content: JsonValue, number: number): z.infer<typeof entry> {
  const parsed = entry.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed(number, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}`);
}

function malformed(number: number, why: string): AuditError {
  return new AuditError('ERR_RECORDING_ENTRY', `entry ${number} is malformed: ${why}`, { entry: number });
}

function notOurs(number: number): AuditError {
  return new AuditError(
    number === 1 ? 'ERR_RECORDING_FORMAT' : 'ERR_RECORDING_ENTRY',
    number === 1
      ? `not a recording in format \`${RECORDING_FORMAT}\``
      : `entry ${number} is malformed: not an entry`,
    { entry: number },
  );
}

const chainOf = (previous: string, content: string): string => toHex(sha256(`${previous}\n${content}`));
