import { utf8Size } from '../base/bytes.ts';
import type { HostResult } from './executor/run.ts';
import type { Limits } from './limits.ts';

/**
 * Codes of calls that fail because of the size of their answer. The script sees them in the text of the error, as it sees the code of a
 * service: `Local service error, ret_code is 2147483646, …`. @spec docs/spec/errors.md
 */
export const ANSWER_TOO_LARGE = 2_147_483_646;
const DATA_FULL = 2_147_483_645;

/** An answer over the limit is a failed call. The other answers of the run stand. */
export function limited(answer: HostResult, { callResultSizeBytes: limit }: Limits): HostResult {
  // A unit takes 3 bytes at most: short texts need no counting.
  if (answer.text.length * 3 <= limit) return answer;
  const size = utf8Size(answer.text);
  if (size <= limit) return answer;
  const text = `Call result size: ${size} bytes is bigger than the limit allowed: ${limit} bytes`;
  return { retCode: ANSWER_TOO_LARGE, text };
}

/** Part of `dataSizeBytes` that answers leave free: what says that they do not fit takes room too. */
const RESERVED_PART = 64;

export const sizeForAnswers = ({ dataSizeBytes: limit }: Limits): number =>
  limit - Math.floor(limit / RESERVED_PART);

/**
 * Answers of which the newest do not fit into the data and are failed calls; the older ones stand.
 *
 * @param isUsed Whether the run that became too large has used the answer with this id.
 * @param excess Bytes that must go.
 * @returns `undefined` if no answer can make room.
 */
export function withoutNewest(
  answers: ReadonlyMap<number, HostResult>,
  isUsed: (id: number) => boolean,
  excess: number,
  limits: Limits,
): Map<number, HostResult> | undefined {
  const failure = {
    retCode: DATA_FULL,
    text: `the answer does not fit into the data of this particle: ${sizeForAnswers(limits)} bytes are allowed`,
  };
  const newestFirst = [...answers].sort(([a], [b]) => b - a);
  const fitting = new Map(answers);
  let left = excess;
  for (const [id, { text }] of newestFirst) {
    if (left <= 0) break;
    if (!isUsed(id) || text.length <= 2 * failure.text.length) continue;
    fitting.set(id, failure);
    left -= text.length - failure.text.length;
  }
  return left === excess ? undefined : fitting;
}
