import {
  callsOf,
  openRecording,
  particleList,
  timelineOf,
  type CallFilter,
  type OpenRecording,
  type RecordedCall,
} from '../../audit/index.ts';
import { suggestion } from '../../base/options.ts';
import { printable } from '../../base/printable.ts';
import { particleOf, peerOf } from '../audit/filters.ts';
import { namesOf, type NameOfPeer } from '../audit/names.ts';
import { table, timeText } from '../audit/table.ts';
import { readTrust, type TrustOptions } from '../audit/trust-files.ts';
import { CliError, ExitCode } from '../errors.ts';
import { openRecordingFile } from '../recording-files.ts';
import type { Output } from '../output.ts';

export interface AuditListOptions extends TrustOptions {
  readonly peer?: string;
  readonly particle?: string;
  readonly service?: string;
  readonly function?: string;
  readonly outcome?: string;
  readonly text?: string;
  readonly after?: string;
  readonly before?: string;
  readonly json?: boolean;
}

const OUTCOMES: readonly string[] = ['served', 'failed', 'denied', 'refused', 'pending'];

/** `beryl audit calls <recording>…`: who called what with which arguments, and what was decided. Verifies nothing. */
export function auditCallsCommand(
  paths: readonly string[],
  options: AuditListOptions,
  output: Output,
): ExitCode {
  const recordings = paths.map(open);
  const filter = filterOf(options, recordings);
  const calls = recordings.flatMap(recording => [...callsOf(recording, filter)]);
  calls.sort((a, b) => (a.askedMs ?? 0) - (b.askedMs ?? 0));
  if (options.json === true) output.json(calls);
  else if (calls.length === 0) output.say(noCalls(filter, recordings));
  else {
    const nameOf = namesOf(recordings, readTrust(options).peers);
    output.list(
      table(
        ['call', 'time', 'peer', 'particle', 'function', 'outcome', 'arguments → answer'],
        calls.map(call => callRow(call, nameOf)),
      ),
    );
  }
  return ExitCode.ok;
}

/** Why a list is empty: a misspelt name is the usual reason. */
function noCalls({ service, function: fn }: CallFilter, recordings: readonly OpenRecording[]): string {
  if (service === undefined && fn === undefined) return 'no calls';
  const all = recordings.flatMap(recording => [...callsOf(recording, {})]);
  const found = [...new Set(all.map(call => `${call.service}.${call.function}`))];
  return printable(`no calls of that kind${suggestion(`${service ?? ''}.${fn ?? ''}`, found)}`);
}

function callRow(call: RecordedCall, nameOf: NameOfPeer): string[] {
  const { peerId, particleId, service, outcome, code, askedMs } = call;
  const args = call.arguments.map(text => text ?? '(withheld)').join(', ');
  const answer = call.answer === undefined ? '' : ` → ${call.answer ?? '(withheld)'}`;
  return [
    String(call.call),
    timeText(askedMs),
    nameOf(peerId),
    particleId.slice(0, 8),
    `${service}.${call.function}`,
    code === undefined ? outcome : `${outcome} ${code}`,
    `${args}${answer}`,
  ];
}

/** `beryl audit particles <recording>…`: what was started, by whom, and how it went. */
export function auditParticlesCommand(
  paths: readonly string[],
  options: AuditListOptions,
  output: Output,
): ExitCode {
  const recordings = paths.map(open);
  const { particle, peer, text, afterMs = -Infinity, beforeMs = Infinity } = filterOf(options, recordings);
  const isPeer = namesAny(peer, recordings);
  const particles = recordings
    .flatMap(recording => [...particleList(recording)])
    .filter(
      one =>
        (particle === undefined || one.particleId === particle || one.particle.startsWith(particle)) &&
        (peer === undefined || one.peers.some(isPeer)) &&
        (text === undefined || one.script?.includes(text) === true) &&
        one.endMs >= afterMs &&
        one.beginMs < beforeMs,
    );
  if (options.json === true) output.json(particles);
  else {
    const nameOf = namesOf(recordings, readTrust(options).peers);
    const rows = particles.map(({ particleId, initPeerId, beginMs, endMs, peers, runs, calls, script }) => [
      particleId,
      nameOf(initPeerId),
      timeText(beginMs),
      `${endMs - beginMs} ms`,
      peers.map(nameOf).join(' '),
      String(runs),
      Object.entries(calls)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(', '),
      (script ?? '(withheld)').replaceAll(/\s+/g, ' '),
    ]);
    output.list(table(['particle', 'init peer', 'began', 'took', 'peers', 'runs', 'calls', 'script'], rows));
  }
  return ExitCode.ok;
}

/** `beryl audit timeline <recording>…`: runs, calls and hops in order, with the time that passed between them. */
export function auditTimelineCommand(
  paths: readonly string[],
  options: AuditListOptions,
  output: Output,
): ExitCode {
  const recordings = paths.map(open);
  const nameOf = namesOf(recordings, readTrust(options).peers);
  const { particle, peer, text, afterMs = -Infinity, beforeMs = Infinity } = filterOf(options, recordings);
  const events = recordings
    .flatMap(recording => [...timelineOf(recording)])
    .filter(
      event =>
        (particle === undefined || event.particleId === particle || event.particle.startsWith(particle)) &&
        (peer === undefined || event.peerId === peer || event.peer === peer) &&
        (text === undefined || event.what.includes(text)) &&
        event.timeMs >= afterMs &&
        event.timeMs < beforeMs,
    );
  if (options.json === true) output.json(events);
  else {
    const rows = events.map(({ entry, timeMs, waitedMs, peerId, particleId, kind, what }) => [
      String(entry),
      timeText(timeMs),
      `+${waitedMs} ms`,
      particleId.slice(0, 8),
      nameOf(peerId),
      kind,
      what,
    ]);
    output.list(table(['entry', 'time', 'after', 'particle', 'peer', 'event', 'what'], rows));
  }
  return ExitCode.ok;
}

/** Whether a peer id is this id, or has this name in a recording. */
function namesAny(
  peer: string | undefined,
  recordings: readonly OpenRecording[],
): (peerId: string) => boolean {
  const ids = new Set(
    recordings.flatMap(({ recording }) =>
      [...recording.peers.values()].filter(({ name }) => name === peer).map(({ peerId }) => peerId),
    ),
  );
  return peerId => peerId === peer || ids.has(peerId);
}

export const open = (path: string): OpenRecording => openRecording(openRecordingFile(path));

function filterOf(options: AuditListOptions, recordings: readonly OpenRecording[]): CallFilter {
  const { peer, particle, service, function: name, outcome, text, after, before } = options;
  if (outcome !== undefined && !OUTCOMES.includes(outcome))
    throw new CliError(
      'ERR_CLI_COMMAND',
      `\`${printable(outcome)}\` is not an outcome; outcomes are ${OUTCOMES.join(', ')}`,
    );
  return {
    ...(peer !== undefined && { peer: peerOf(peer, recordings, readTrust(options).peers) }),
    ...(particle !== undefined && { particle: particleOf(particle, recordings) }),
    ...(service !== undefined && { service }),
    ...(name !== undefined && { function: name }),
    ...(outcome !== undefined && { outcome: outcome as RecordedCall['outcome'] }),
    ...(text !== undefined && { text }),
    ...(after !== undefined && { afterMs: timeOf(after) }),
    ...(before !== undefined && { beforeMs: timeOf(before) }),
  };
}

function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new CliError(
      'ERR_CLI_COMMAND',
      `\`${printable(text)}\` is not a time, such as 2026-11-28T20:00:00Z`,
    );
  return ms;
}
