import { counted } from '../../base/counted.ts';
import type { EntryOf } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { Recording } from '../recording/recording.ts';
import { particlesOf, type OpenRecording } from '../replay.ts';
import type { ParticleEntries } from '../verify/rerun.ts';
import { callsOfParticle, type RecordedCall } from './calls.ts';

/** Something that happened to a particle. JSON-representable. */
export interface TimelineEvent {
  /** Number of the entry. */
  readonly entry: number;
  readonly timeMs: number;
  readonly peerId: string;
  readonly peer?: string;
  readonly particleId: string;
  readonly particle: string;
  readonly kind: 'run' | 'call' | 'send' | 'refusal' | 'expired';
  /** One line: what happened. */
  readonly what: string;
  /** Milliseconds since the event of this particle before it, on any peer. */
  readonly waitedMs: number;
  /** Of a call. */
  readonly outcome?: RecordedCall['outcome'];
}

/** A particle of a recording in short. */
export interface RecordedParticle {
  readonly particleId: string;
  readonly particle: string;
  readonly initPeerId: string;
  /** First and last event; milliseconds since 1970. */
  readonly beginMs: number;
  readonly endMs: number;
  readonly peers: readonly string[];
  readonly runs: number;
  /** Calls by outcome. */
  readonly calls: Readonly<Record<string, number>>;
  /** Null if it is withheld. */
  readonly script: string | null;
}

/** Events of all particles, particle by particle, each in the order of its recording. */
export function* timelineOf(open: OpenRecording): Generator<TimelineEvent> {
  for (const entries of particlesOf(open)) yield* timelineOfParticle(open, entries);
}

function timelineOfParticle({ recording, index }: OpenRecording, entries: ParticleEntries): TimelineEvent[] {
  const { particle, runs, sends } = entries;
  const events: Omit<TimelineEvent, 'waitedMs' | 'particle' | 'particleId'>[] = [];
  for (const run of runs)
    events.push({ ...base(recording, run), kind: 'run', what: runText(recording, run) });
  for (const call of callsOfParticle(recording, entries)) {
    const { peerId, peer, service, outcome, code } = call;
    const timeMs = call.decidedMs ?? call.askedMs ?? 0;
    const why = code === undefined ? '' : ` (${code})`;
    events.push({
      entry: call.call,
      timeMs,
      peerId,
      ...(peer !== undefined && { peer }),
      kind: 'call',
      what: `${service}.${call.function}: ${outcome}${why}`,
      outcome,
    });
  }
  for (const send of sends) {
    const failure =
      send.failure === undefined ? '' : `, failed: ${recording.text(send.failure) ?? 'withheld'}`;
    events.push({
      ...base(recording, send),
      kind: 'send',
      what: `to ${nameOf(recording, send.to)}${failure}`,
    });
  }
  for (const at of index.places.get(particle.n) ?? []) {
    const entry = recording.entryAt(at);
    if (entry.kind === 'expired')
      events.push({ ...base(recording, entry), kind: 'expired', what: 'its life is over' });
  }
  events.sort((a, b) => a.timeMs - b.timeMs || a.entry - b.entry);
  let last: number | undefined;
  return events.map(event => {
    const waitedMs = event.timeMs - (last ?? event.timeMs);
    last = event.timeMs;
    return { ...event, waitedMs, particle: particle.signature, particleId: particle.id };
  });
}

/** One line for each particle. */
export function* particleList(open: OpenRecording): Generator<RecordedParticle> {
  const { recording } = open;
  for (const entries of particlesOf(open)) {
    const { particle, runs } = entries;
    const calls: Record<string, number> = {};
    for (const { outcome } of callsOfParticle(recording, entries)) calls[outcome] = (calls[outcome] ?? 0) + 1;
    const times = timelineOfParticle(open, entries).map(({ timeMs }) => timeMs);
    const script = recording.text(particle.script);
    const text = script === undefined ? undefined : parseText(script);
    yield {
      particleId: particle.id,
      particle: particle.signature,
      initPeerId: particle.initPeerId,
      beginMs: times[0] ?? particle.time,
      endMs: times.at(-1) ?? particle.time,
      peers: [...new Set(runs.map(({ peer }) => recording.peerIdOf(peer)))],
      runs: runs.length,
      calls,
      script: typeof text === 'string' ? text : null,
    };
  }
}

function base(
  recording: Recording,
  { n, time, peer }: { readonly n: number; readonly time: number; readonly peer: number },
): Pick<TimelineEvent, 'entry' | 'timeMs' | 'peerId' | 'peer'> {
  const name = recording.peers.get(peer)?.name;
  return {
    entry: n,
    timeMs: time,
    peerId: recording.peerIdOf(peer),
    ...(name !== undefined && { peer: name }),
  };
}

function runText(recording: Recording, run: EntryOf<'run'>): string {
  const answers = run.results.length === 0 ? '' : `, ${counted(run.results.length, 'answer')} went in`;
  const arrived = run.current === null ? '' : ', data arrived';
  const message = run.message === undefined ? '' : `: ${recording.text(run.message) ?? 'withheld'}`;
  return `${run.code === 0 ? 'run' : `run ended with code ${run.code}${message}`}${arrived}${answers}, ${counted(run.requests, 'call')}`;
}

/** The name that a recording gives to a peer, or its id. */
export function nameOf(recording: Recording, peerId: string): string {
  for (const peer of recording.peers.values())
    if (peer.peerId === peerId && peer.name !== undefined) return peer.name;
  return peerId;
}
