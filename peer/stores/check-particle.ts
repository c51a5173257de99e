import { messageOf } from '../../services/index.ts';
import {
  decodeData,
  parseJson,
  particleMessage,
  publicKeyOfPeerId,
  verifySignature,
  type Data,
} from '../../interpreter/index.ts';
import { deadlineOf, particleKey } from '../particle.ts';
import type { ParticleSummary, StoredParticle } from './store.ts';

/** What a stored particle holds, and what of it does not hold together. */
export interface CheckedParticle {
  /** Left out if the bytes are not data. */
  readonly data?: Data;
  /** One sentence each. Empty: signatures cover what they should, and everything can be read. */
  readonly problems: readonly string[];
}

/** Checks one stored particle: its key, its signature, its data with all logs in it, and what the peer noted beside it. */
export function checkStoredParticle(summary: ParticleSummary, stored: StoredParticle): CheckedParticle {
  const { header, data, sends, variables, answers } = stored;
  const problems: string[] = [];
  const check = (isRight: boolean, problem: string): void => void (isRight || problems.push(problem));
  check(particleKey(header) === summary.key, 'its key is not that of its signature');
  check(
    verifySignature(header.initPeerId, particleMessage(header), header.signature),
    `the signature of \`${header.initPeerId}\` does not cover id, time, ttl and script`,
  );
  check(summary.deadline === deadlineOf(header), 'its deadline is not that of its header');
  check(summary.size === header.script.length + data.length, 'its size is not that of its script and data');
  for (const to of sends)
    check(publicKeyOfPeerId(to) !== undefined, `it waits to be sent to \`${to}\`, which is not a peer id`);
  if (variables !== null) check(isJson(variables), 'its variables are not JSON');
  for (const { call, resultJson } of answers)
    check(isJson(resultJson), `the answer of call \`${call}\` is not JSON`);
  try {
    const decoded = decodeData(data, header.signature, 'stored');
    for (const [peerId, log] of decoded.logs)
      check(
        verifySignature(peerId, log.head, log.signature),
        `the signature of \`${peerId}\` does not cover its records`,
      );
    return { data: decoded, problems };
  } catch (failure) {
    return { problems: [...problems, `its data cannot be read: ${messageOf(failure)}`] };
  }
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
