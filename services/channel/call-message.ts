import { z } from 'zod';
import {
  ARGUMENTS_DEPTH_MAX,
  canonicalJson,
  fromJsonValue,
  parseJson,
  toJsonValue,
} from '../../interpreter/index.ts';
import type { Json, JsonValue, Tetraplet } from '../../interpreter/index.ts';
import { failureText } from '../text.ts';
import { ChannelError } from './errors.ts';

/** A call, as it goes to the service. @spec docs/spec/channel.md#calls */
export interface ChannelCall {
  readonly service: string;
  readonly function: string;
  /** Canonical JSON text of an array. */
  readonly argumentsJson: string;
  /** For each argument, where it came from. */
  readonly tetraplets: readonly (readonly Tetraplet[])[];
  readonly elementwise: readonly boolean[];
  readonly peerId: string;
  readonly initPeerId: string;
  readonly particleId: string;
  readonly timestamp: number;
  readonly ttl: number;
  /** Milliseconds that are left, by the host's clock. */
  readonly remainingMs: number;
  readonly idempotencyKey: string;
}

/** What became of a call. */
export type ChannelAnswer =
  | { readonly resultJson: string; readonly fail?: undefined }
  | { readonly fail: string; readonly details: JsonValue };

/** Numbers a call, and within it what the service asks. */
const id = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const isId = (value: unknown): value is number => id.safeParse(value).success;
const tetraplet = z.strictObject({
  peerId: z.string(),
  serviceId: z.string(),
  functionName: z.string(),
  getter: z.string(),
});
const facts = {
  service: z.string(),
  function: z.string(),
  tetraplets: z.array(z.array(tetraplet)),
  elementwise: z.array(z.boolean()),
  peerId: z.string(),
  initPeerId: z.string(),
  particleId: z.string(),
  timestamp: z.number(),
  ttl: z.number(),
  remainingMs: z.number().positive(),
  idempotencyKey: z.string(),
};
const callShape = z.strictObject({ id, ...facts, arguments: z.array(z.unknown()) });

export function callContent(callId: number, { argumentsJson, ...rest }: ChannelCall): string {
  // The arguments are JSON text already; numbers such as `1.0` stay as they are.
  return `{"id":${callId},"arguments":${argumentsJson},${JSON.stringify(rest).slice(1)}`;
}

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export function readCall(content: string): { readonly id: number; readonly call: ChannelCall } {
  const json = lossless(content);
  const read = callShape.safeParse(toJsonValue(json as Json));
  if (!read.success) throw malformed(`a call lacks \`${read.error.issues[0]?.path.join('.') ?? ''}\``);
  const { id: callId, arguments: _, ...call } = read.data;
  return { id: callId, call: { ...call, argumentsJson: canonicalJson(json['arguments'] as Json) } };
}

export const refusal = (text: string): ChannelAnswer => ({ fail: failureText(text), details: null });

export const answerContent = (callId: number, answer: ChannelAnswer): string =>
  `{"id":${callId},${endContent(answer)}}`;

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export function readAnswer(content: string): { readonly id: number; readonly answer: ChannelAnswer } {
  const { id: callId, ...end } = lossless(content);
  if (!isId(callId)) throw malformed('an answer has no `id`');
  return { id: callId, answer: readEnd('an answer', end) };
}

/** Members that say how a call ended. */
function endContent(answer: ChannelAnswer): string {
  if (answer.fail === undefined) return `"result":${answer.resultJson}`;
  const details = canonicalJson(fromJsonValue(answer.details, 'details'));
  return `"fail":${JSON.stringify(answer.fail.toWellFormed())},"details":${details}`;
}

function readEnd(what: string, { result, fail, details = null, ...others }: JsonObject): ChannelAnswer {
  const isResult = result !== undefined && fail === undefined && details === null;
  const isFail = result === undefined && typeof fail === 'string';
  if ((!isResult && !isFail) || Object.keys(others).length > 0)
    throw malformed(`${what} has neither \`result\` alone, nor \`fail\` and \`details\``);
  return isFail ? { fail, details: toJsonValue(details) } : { resultJson: canonicalJson(result as Json) };
}

export const cancelContent = (callId: number): string => `{"id":${callId}}`;

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export function readCancel(content: string): number {
  const { id: callId, ...others } = lossless(content);
  if (!isId(callId) || Object.keys(others).length > 0) throw malformed('`cancel` has not `id` alone');
  return callId;
}

/** Names one call that a service makes through its host: the call during which it is made, and its number there. */
export interface AskId {
  readonly id: number;
  readonly ask: number;
}

/** A call of another service of the peer. @spec docs/spec/channel.md#calls-of-a-service */
export interface ServiceAsk {
  readonly service: string;
  readonly function: string;
  /** Canonical JSON text of an array. */
  readonly argumentsJson: string;
}

export const askContent = ({ id: callId, ask }: AskId, { argumentsJson, ...names }: ServiceAsk): string =>
  `{"id":${callId},"ask":${ask},"arguments":${argumentsJson},${JSON.stringify(names).slice(1)}`;

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export function readAsk(content: string): AskId & ServiceAsk {
  const { id: callId, ask, service, function: name, arguments: args, ...others } = lossless(content);
  const isNamed = typeof service === 'string' && typeof name === 'string';
  if (!isId(callId) || !isId(ask) || !isNamed || !Array.isArray(args) || Object.keys(others).length > 0)
    throw malformed('`ask` has not `id`, `ask`, `service`, `function` and `arguments` alone');
  return { id: callId, ask, service, function: name, argumentsJson: canonicalJson(args) };
}

export const replyContent = ({ id: callId, ask }: AskId, answer: ChannelAnswer): string =>
  `{"id":${callId},"ask":${ask},${endContent(answer)}}`;

/** @throws {ChannelError} `ERR_CHANNEL_FRAME` */
export function readReply(content: string): AskId & { readonly answer: ChannelAnswer } {
  const { id: callId, ask, ...end } = lossless(content);
  if (!isId(callId) || !isId(ask)) throw malformed('`reply` has no `id` or no `ask`');
  return { id: callId, ask, answer: readEnd('`reply`', end) };
}

type JsonObject = Readonly<Record<string, Json>>;

/** Members of the message stand around values that may be as deep as arguments. */
function lossless(content: string): JsonObject {
  let json: Json;
  try {
    json = parseJson(content, ARGUMENTS_DEPTH_MAX + 1);
  } catch (cause) {
    throw malformed((cause as Error).message);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw malformed('the content is not an object');
  return json as JsonObject;
}

const malformed = (what: string): ChannelError =>
  new ChannelError('ERR_CHANNEL_FRAME', `a message is malformed: ${what}`);
