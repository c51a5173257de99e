import {
  canonicalJson,
  RetCode,
  type CallRequest,
  type Json,
  type Outcome,
} from '../../interpreter/index.ts';
import type { OracleOutcome, OracleRequest, OracleTetraplet } from './oracle.ts';
import { judgeOrigin, type Results } from './origins.ts';

/** The first difference between the outcomes of one run; nothing if there is none but of origins that Beryl states better. */
export function compare(ours: Outcome, theirs: OracleOutcome, results: Results): string | undefined {
  if (ours.retCode !== theirs.retCode) {
    return `code ${ours.retCode} (${ours.errorMessage}), the reference ${theirs.retCode} (${theirs.errorMessage})`;
  }
  if (isComparedMessage(ours) && withoutParser(ours.errorMessage) !== withoutParser(theirs.errorMessage)) {
    return `message\n  ${ours.errorMessage}\nthe reference\n  ${theirs.errorMessage}`;
  }
  const [next, theirNext] = [ours.nextPeerIds.toSorted().join(), theirs.nextPeerIds.toSorted().join()];
  if (next !== theirNext) return `next peers ${next}, the reference ${theirNext}`;
  const [ids, theirIds] = [
    [...ours.callRequests.keys()].toSorted().join(),
    [...theirs.callRequests.keys()].toSorted().join(),
  ];
  if (ids !== theirIds) return `requests ${ids}, the reference ${theirIds}`;
  for (const [id, request] of ours.callRequests) {
    const reference = theirs.callRequests.get(id);
    if (reference === undefined) continue;
    if (request.serviceId !== reference.serviceId || request.functionName !== reference.functionName) {
      return `request ${id} is ${request.functionName}, the reference ${reference.functionName}`;
    }
    const args = canonicalJson(reference.arguments);
    if (withoutParserInJson(args) !== withoutParserInJson(request.argumentsJson)) {
      return `arguments of request ${id} ${request.argumentsJson}, the reference ${args}`;
    }
    const origins = compareOrigins(request, reference, results);
    if (origins !== undefined) return `tetraplets of request ${id}: ${origins}`;
  }
  return undefined;
}

/** Texts that scripts can see, or that the specification fixes. Those about data speak of encodings, which differ. */
const isComparedMessage = ({ retCode }: Outcome): boolean =>
  (retCode >= RetCode.localServiceError && retCode < RetCode.traceError) ||
  (retCode >= RetCode.foldStateNotFound && retCode <= RetCode.shadowingNotAllowed) ||
  retCode === RetCode.streamSizeLimit;

/** What a parser of JSON says of a result is in its own words: one peer says it, and records it for all. */
const withoutParser = (message: string): string =>
  message.replace(/(deserialized with an error: ).*/s, '$1…');

/** The same within the strings of a JSON text. */
export const withoutParserInJson = (json: string): string =>
  json.replace(/(deserialized with an error: )(?:[^"\\]|\\.)*/g, '$1…');

function compareOrigins(ours: CallRequest, theirs: OracleRequest, results: Results): string | undefined {
  const args = theirs.arguments as readonly Json[];
  for (const [i, list] of ours.tetraplets.entries()) {
    const reference = theirs.tetraplets[i] ?? [];
    if (list.length !== reference.length)
      return `argument ${i} has ${list.length}, the reference ${reference.length}`;
    for (const [j, tetraplet] of list.entries()) {
      const value = ours.elementwise[i] === true ? elementOf(args[i] as Json, j) : (args[i] as Json);
      const wrong =
        value === undefined
          ? undefined
          : judgeOrigin(tetraplet, reference[j] as OracleTetraplet, value, results);
      if (wrong !== undefined) return `argument ${i}: ${wrong}`;
    }
  }
  return undefined;
}

const elementOf = (list: Json, index: number): Json | undefined =>
  Array.isArray(list) ? (list[index] as Json) : undefined;
