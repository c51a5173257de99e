import { canonicalJson, fromJsonValue, parseJson, toJsonValue } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import {
  callAllowed,
  isFail,
  listMistake,
  messageOf,
  schemaMistake,
  type CallContext,
} from '../services/index.ts';
import type { AllowedCalls, HostFunction } from './allow.ts';

/** What a guest gets instead of an answer. */
class Refused extends Error {}

/**
 * Answers one question of a guest, as JSON text: `{"value": …}` or `{"error": text}`. The question is read anew, and checked against the
 * allow-list and the schemas, before anything happens; the answer is checked before it goes in. Never rejects.
 *
 * @param sizeMax UTF-16 units of the answer.
 */
export async function answerGuest(
  text: string,
  allowed: AllowedCalls,
  call: CallContext<unknown, string>,
  sizeMax: number,
): Promise<string> {
  try {
    const answer = JSON.stringify({ value: await answerOf(questionOf(text), allowed, call) });
    if (answer.length > sizeMax) throw new Refused(`the answer has more than ${sizeMax} characters`);
    return answer;
  } catch (thrown) {
    if (thrown instanceof Refused) return refusal(thrown.message);
    call.log.warn('a call of a guest failed in the host', { message: messageOf(thrown) });
    return refusal('ERR_SANDBOX_CALL: the host could not answer');
  }
}

/** UTF-16 units of a refusal. */
const REFUSAL_MAX = 4096;

const refusal = (text: string): string => JSON.stringify({ error: text.slice(0, REFUSAL_MAX) });
const notAllowed = (what: string): Refused => new Refused(`ERR_SANDBOX_CALL: ${what}`);

interface Question {
  readonly kind: 'host' | 'service';
  readonly service: string;
  readonly name: string;
  readonly args: readonly JsonValue[];
}

/** `["host", name, args]` or `["service", service, function, args]`, and nothing else. */
function questionOf(text: string): Question {
  let read: JsonValue;
  try {
    read = toJsonValue(parseJson(text));
  } catch {
    throw notAllowed('what the guest asks is not JSON');
  }
  const parts: readonly unknown[] = Array.isArray(read) ? read : [];
  const [kind, ...rest] = parts;
  const args = rest.pop();
  const [first, second] = rest;
  const isHost = kind === 'host' && rest.length === 1;
  const isService = kind === 'service' && rest.length === 2 && typeof second === 'string';
  if (!(isHost || isService) || typeof first !== 'string' || !Array.isArray(args))
    throw notAllowed('the guest asks in a wrong form');
  return isHost
    ? { kind: 'host', service: '', name: first, args: args as JsonValue[] }
    : { kind: 'service', service: first, name: second as string, args: args as JsonValue[] };
}

async function answerOf(
  { kind, service, name, args }: Question,
  allowed: AllowedCalls,
  call: CallContext<unknown, string>,
): Promise<JsonValue> {
  if (kind === 'service') return serviceAnswer({ service, name, args }, allowed, call);
  const shownName = `\`${name.slice(0, 80)}\``;
  const found = allowed.host.get(name);
  if (found === undefined) throw notAllowed(`${shownName} is not on the allow-list`);
  const mistake = listMistake(found, args);
  if (mistake !== undefined) throw notAllowed(`${shownName}: ${mistake}`);
  const answer = await hostAnswer(found, args, call);
  const misfit = schemaMistake(found.result, answer);
  if (misfit !== undefined) throw notAllowed(`${shownName}: the answer does not fit its schema${misfit}`);
  return answer;
}

async function hostAnswer(
  fn: HostFunction,
  args: readonly JsonValue[],
  call: CallContext<unknown, string>,
): Promise<JsonValue> {
  let answer: unknown;
  try {
    answer = await fn.call(args, call);
  } catch (thrown) {
    if (!isFail(thrown)) throw thrown;
    answer = thrown;
  }
  if (isFail(answer)) throw new Refused(answer.text);
  // Plain JSON only: what the host gives is not shared with the guest, and has no hidden parts.
  return toJsonValue(parseJson(canonicalJson(fromJsonValue(answer ?? null, 'answer'))));
}

async function serviceAnswer(
  question: Omit<Question, 'kind'>,
  { services }: AllowedCalls,
  call: CallContext<unknown, string>,
): Promise<JsonValue> {
  const end = await callAllowed(services, question, call);
  if (end.kind === 'served') return end.value;
  throw end.kind === 'unfit' ? notAllowed(end.text) : new Refused(end.text);
}
