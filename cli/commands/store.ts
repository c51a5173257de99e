import { writeSync, openSync, closeSync } from 'node:fs';
import { printable } from '../../base/printable.ts';
import { toBase64, toBase64url } from '../../base/bytes.ts';
import { canonicalJson } from '../../interpreter/index.ts';
import type { CheckedParticle, ParticleSummary, StoredParticle } from '../../peer/index.ts';
import { CliError, ExitCode } from '../errors.ts';
import { jsonLine, JsonText } from '../json-text.ts';
import type { Output } from '../output.ts';
import { reasonOf } from '../reasons.ts';
import { readStore } from '../store/read.ts';

/** Problems that are listed; all are counted. */
const LISTED_MAX = 100;

/** `beryl store check`: whether a peer’s store is sound, and what it holds. */
export async function storeCheckCommand(
  path: string,
  { json = false }: { readonly json?: boolean },
  output: Output,
): Promise<ExitCode> {
  const nowMs = Date.now();
  const counts = { atWork: 0, atRest: 0, expired: 0, answers: 0, toSend: 0, dataBytes: 0, nonces: 0 };
  const services: { id: string; revision: number }[] = [];
  const problems: { where: string; text: string }[] = [];
  let problemCount = 0;
  let owner = { peerId: '', schemaVersion: 0, ended: { own: 0, others: 0 } };
  const found = (where: string, text: string): void => {
    problemCount += 1;
    if (problems.length < LISTED_MAX) problems.push({ where, text });
  };
  await readStore(path, {
    store({ peerId, schemaVersion, damage, orphanedAnswers }, ended, nonces) {
      owner = { peerId, schemaVersion, ended };
      counts.nonces = nonces;
      for (const text of damage) found('file', text);
      if (orphanedAnswers > 0) found('answers', `${orphanedAnswers} are of particles that are not stored`);
    },
    particle({ key, deadline, isAtRest, size }, checked, stored) {
      if (isAtRest) counts.atRest += 1;
      else counts.atWork += 1;
      if (deadline < nowMs) counts.expired += 1;
      counts.dataBytes += size;
      counts.answers += stored?.answers.length ?? 0;
      counts.toSend += stored?.sends.length ?? 0;
      for (const text of checked.problems) found(`particle ${key.slice(0, 12)}`, text);
    },
    service(id, state) {
      if (typeof state === 'string') found(`service ${id}`, `its state cannot be read: ${state}`);
      else services.push({ id, revision: state.revision });
    },
  });
  const isSound = problemCount === 0;
  const { peerId, schemaVersion, ended } = owner;
  if (json)
    output.json({ isSound, peerId, schemaVersion, ...counts, ended, services, problemCount, problems });
  else {
    output.list(`peer: ${printable(peerId)}`);
    output.list(`schema version: ${schemaVersion}`);
    output.list(
      `particles: ${counts.atWork} at work, ${counts.atRest} at rest; ${counts.expired} of them have expired`,
    );
    output.list(`they wait for: ${counts.toSend} sends, ${counts.answers} answers to be used`);
    output.list(`bytes of scripts and data: ${counts.dataBytes}`);
    output.list(`envelopes remembered: ${counts.nonces}`);
    for (const { id, revision } of services) output.list(`service ${printable(id)}: revision ${revision}`);
    for (const { where, text } of problems) output.say(printable(`${where}: ${text}`));
    if (problemCount > problems.length) output.say(`and ${problemCount - problems.length} more`);
    output.say(isSound ? 'the store is sound' : `the store is not sound: ${problemCount} problems`);
  }
  return isSound ? ExitCode.ok : ExitCode.refused;
}

/** `beryl store export`: everything that a store holds, as JSON lines. */
export async function storeExportCommand(
  path: string,
  { out }: { readonly out?: string },
  output: Output,
): Promise<ExitCode> {
  const file = out === undefined ? undefined : created(out);
  let problems = 0;
  const write = (line: object): void => {
    if (file === undefined) output.list(jsonLine(line));
    else writeSync(file, `${jsonLine(line)}\n`);
  };
  try {
    await readStore(path, {
      store({ peerId, schemaVersion }, { own, others }) {
        const ended = { own: timeOf(own), others: timeOf(others) };
        write({ kind: 'store', format: 'beryl/store/1', peerId, schemaVersion, endedUntil: ended });
      },
      particle(summary, checked, stored) {
        problems += checked.problems.length;
        write(particleLine(summary, checked, stored));
      },
      service(id, state) {
        if (typeof state === 'string') write({ kind: 'service', id, problems: [state] });
        else write({ kind: 'service', id, ...state });
        if (typeof state === 'string') problems += 1;
      },
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
  if (out !== undefined) output.say(printable(`wrote ${out}`));
  if (problems > 0)
    output.say(`${problems} problems stand beside what they are about: see \`beryl store check\``);
  return problems > 0 ? ExitCode.refused : ExitCode.ok;
}

/** Readable for its owner only: it holds what scripts have said to each other. */
function created(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (failure) {
    throw new CliError('ERR_CLI_FILE', `cannot write \`${printable(path)}\`: ${reasonOf(failure)}`);
  }
}

function particleLine(
  { key, id, initPeerId, deadline, isAtRest }: ParticleSummary,
  { data, problems }: CheckedParticle,
  stored: StoredParticle | undefined,
): object {
  const about = { kind: 'particle', key, id, initPeerId, deadline: timeOf(deadline), isAtRest };
  if (stored === undefined) return { ...about, problems };
  const { header, sends, variables, answers } = stored;
  const records = [...(data?.logs ?? [])].flatMap(([peerId, log]) =>
    log.records.map(({ record: { kind, serviceId, functionName, outcome, responseHash } }) => {
      const value = data?.values.get(responseHash);
      return {
        peerId,
        kind,
        ...(kind === 'call' && { call: `${serviceId}.${functionName}` }),
        outcome,
        ...(value && { result: new JsonText(canonicalJson(value.json)) }),
      };
    }),
  );
  return {
    ...about,
    started: timeOf(header.timestamp),
    ttlMs: header.ttl,
    waitsToBeSentTo: sends,
    ...(variables !== null && { variables: variables }),
    answers: answers.map(({ call, retCode, resultJson }) => ({ call, retCode, result: resultJson })),
    records,
    script: header.script,
    signature: toBase64url(header.signature),
    data: toBase64(stored.data),
    ...(problems.length > 0 && { problems }),
  };
}

const timeOf = (ms: number): string | null =>
  Number.isFinite(ms) && ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : null;
