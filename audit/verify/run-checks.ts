import { hashOfBytes, hashOfText } from '../recording/hash.ts';
import { type CallRequest, type Outcome } from '../../interpreter/index.ts';
import { itemsOf } from '../recorder/arguments.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { Recording } from '../recording/recording.ts';
import type { Finding } from './finding.ts';
import type { ParticleEntries, Rerun } from './rerun.ts';

/** A finding about a particle; the caller adds which one, and where. */
export type Found = Omit<Finding, 'recording' | 'particle' | 'line'>;

/** What of one run is not as it was recorded. `requests`: those recorded for this run. */
export function compareRun(
  recording: Recording,
  again: Extract<Rerun, { outcome: Outcome }>,
  requests: readonly EntryOf<'request'>[],
): Found[] {
  const { run, outcome, signaturesUsed, badSignatures } = again;
  const show = contentShower(recording);
  const text = (value: string): [hash: string, text: string] => [hashOfText(value), value];
  const found: (Found | undefined)[] = [
    ...badSignatures.map((at): Found => ({
      content: 'tampered',
      name: 'run-signature',
      message: `entry ${run.n}: a signature is not of the peer that ran, over what this run signs`,
      entry: run.n,
      field: `signatures[${at}]`,
      expected: run.signatures[at] ?? 'nothing',
      actual: 'no valid signature',
    })),
    differs(run.n, 'code', String(run.code), String(outcome.retCode)),
    differsContent(
      run.n,
      'message',
      run.message,
      outcome.errorMessage === '' ? undefined : text(JSON.stringify(outcome.errorMessage)),
      show,
    ),
    differsContent(
      run.n,
      'next',
      run.next,
      outcome.nextPeerIds.length === 0 ? undefined : text(JSON.stringify(outcome.nextPeerIds)),
      show,
    ),
    differs(run.n, 'signatures.length', String(run.signatures.length), String(signaturesUsed)),
    ...compareRequests(run, outcome, requests, show),
    differs(
      run.n,
      'data',
      run.data ?? 'none',
      outcome.data.length === 0 ? 'none' : hashOfBytes(outcome.data),
    ),
  ];
  return found.filter(one => one !== undefined);
}

type Show = (hash: string) => string;

function compareRequests(
  run: EntryOf<'run'>,
  { callRequests }: Outcome,
  recorded: readonly EntryOf<'request'>[],
  show: Show,
): (Found | undefined)[] {
  const found: (Found | undefined)[] = [
    differs(run.n, 'requests', String(run.requests), String(callRequests.size)),
  ];
  const left = new Map(callRequests);
  for (const entry of recorded) {
    const actual = left.get(entry.id);
    if (actual === undefined) {
      found.push({
        content: 'differs',
        name: 'request-unasked',
        message: `entry ${entry.n}: run ${run.n} asks for no such call of ${callName(entry)}`,
        entry: entry.n,
        field: 'id',
        expected: String(entry.id),
        actual: 'no call',
      });
      continue;
    }
    left.delete(entry.id);
    found.push(...compareRequest(entry, actual, show));
  }
  for (const [id, missing] of left)
    found.push({
      content: 'differs',
      name: 'request-missing',
      message: `entry ${run.n}: this run asks for \`${missing.serviceId}.${missing.functionName}\`, which is not recorded`,
      entry: run.n,
      field: `requests[${id}]`,
      expected: 'no entry',
      actual: `${missing.serviceId}.${missing.functionName}`,
    });
  return found;
}

function compareRequest(entry: EntryOf<'request'>, actual: CallRequest, show: Show): (Found | undefined)[] {
  const args = itemsOf(actual.argumentsJson);
  const origins = JSON.stringify([actual.tetraplets, actual.elementwise]);
  const one = (field: string, expected: string, found: string): Found | undefined =>
    differs(entry.n, field, expected, found, 'request-altered');
  return [
    one('service', entry.service, actual.serviceId),
    one('function', entry.function, actual.functionName),
    one('site', entry.site, actual.site),
    one('args.length', String(entry.args.length), String(args.length)),
    ...args.map((text, i) => {
      const expected = entry.args[i];
      return expected === undefined || expected === hashOfText(text)
        ? undefined
        : one(`args[${i}]`, show(expected), text);
    }),
    entry.origins === hashOfText(origins) ? undefined : one('origins', show(entry.origins), origins),
  ];
}

/** Calls that a run asked for, by run. */
export function requestsByRun({ requests }: ParticleEntries): Map<number, EntryOf<'request'>[]> {
  const byRun = new Map<number, EntryOf<'request'>[]>();
  for (const request of requests.values()) {
    if (request.run === null) continue;
    const list = byRun.get(request.run) ?? [];
    byRun.set(request.run, list);
    list.push(request);
  }
  return byRun;
}

function differs(
  entry: number,
  field: string,
  expected: string,
  actual: string,
  name = 'run-differs',
): Found | undefined {
  if (expected === actual) return undefined;
  return {
    content: 'differs',
    name,
    message: `entry ${entry}: \`${field}\` was recorded as ${shorten(expected)}, running it again gives ${shorten(actual)}`,
    entry,
    field,
    expected: shorten(expected),
    actual: shorten(actual),
  };
}

function differsContent(
  entry: number,
  field: string,
  recorded: string | undefined,
  again: readonly [hash: string, text: string] | undefined,
  show: Show,
): Found | undefined {
  if (recorded === again?.[0]) return undefined;
  return differs(entry, field, recorded === undefined ? 'nothing' : show(recorded), again?.[1] ?? 'nothing');
}

const contentShower =
  (recording: Recording): Show =>
  hash =>
    recording.text(hash) ?? `withheld content ${hash.slice(0, 16)}…`;

export const callName = ({ service, function: name }: EntryOf<'request'>): string => `\`${service}.${name}\``;

const SHOWN_MAX = 300;
const shorten = (text: string): string => (text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`);
