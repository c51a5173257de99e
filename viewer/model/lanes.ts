import type { EntryOf } from '../../audit/index.ts';
import type { CallRow, ParticleRow, RefusalRow, Workspace } from './workspace.ts';

/** Something that happened on one peer, at its place in the order of events. */
export interface LaneEvent {
  readonly kind: 'run' | 'call' | 'send' | 'refusal';
  readonly lane: number;
  /** From 0: events stand one after the other, because many have the same millisecond. */
  readonly place: number;
  readonly timeMs: number;
  readonly title: string;
  readonly call?: CallRow;
  /** Of a hop: the run after which it was sent, and where it arrives; only the lane if the recordings do not hold that. */
  readonly to?: { readonly lane: number; readonly place?: number; readonly from: number };
  readonly isWrong: boolean;
}

export interface Lane {
  readonly peerId: string;
  /** There is no recording of this peer: what it did is not known. */
  readonly isMissing: boolean;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly events: readonly LaneEvent[];
}

type Raw = (
  | { readonly kind: 'run'; readonly entry: EntryOf<'run'> }
  | { readonly kind: 'send'; readonly entry: EntryOf<'send'> }
  | { readonly kind: 'call'; readonly row: CallRow }
  | { readonly kind: 'refusal'; readonly row: RefusalRow }
) & {
  readonly peerId: string;
  readonly timeMs: number;
  readonly recording: number;
  readonly n: number;
};

/** A particle on all peers of all open recordings, in the order of time. */
export function lanesOf(workspace: Workspace, particle: ParticleRow): Lanes {
  const raw: Raw[] = [];
  const recorded = new Set<string>();
  for (const own of workspace.particles) {
    if (own.signature !== particle.signature) continue;
    const { recording } = own;
    const file = workspace.recordings[recording]?.open.recording;
    if (file === undefined) continue;
    for (const { peerId } of file.peers.values()) recorded.add(peerId);
    const { runs, sends } = workspace.entriesOf(own);
    for (const entry of runs)
      raw.push({ kind: 'run', entry, ...at(entry), peerId: file.peerIdOf(entry.peer), recording });
    for (const entry of sends)
      raw.push({ kind: 'send', entry, ...at(entry), peerId: file.peerIdOf(entry.peer), recording });
    for (const row of own.calls)
      raw.push({
        kind: 'call',
        row,
        peerId: row.call.peerId,
        timeMs: row.call.askedMs ?? row.call.decidedMs ?? 0,
        recording,
        n: row.call.call,
      });
  }
  for (const row of workspace.refusals)
    if (row.signature === particle.signature) {
      const { peerId, timeMs, recording, n } = row;
      raw.push({ kind: 'refusal', row, peerId, timeMs, recording, n });
    }
  raw.sort((a, b) => a.timeMs - b.timeMs || a.recording - b.recording || a.n - b.n);
  const lanes: Lane[] = [];
  const places = new Map<string, number>();
  const laneOf = (peerId: string): number => {
    const known = places.get(peerId) ?? lanes.length;
    if (known === lanes.length) lanes.push({ peerId, isMissing: !recorded.has(peerId) });
    places.set(peerId, known);
    return known;
  };
  const events = raw.map((one, place) => eventOf(one, place, laneOf, workspace));
  const hasData = (place: number): boolean => {
    const one = raw[place];
    return one?.kind === 'run' && one.entry.current !== null;
  };
  return { lanes, events: withArrivals(events, hasData) };
}

const at = ({ time, n }: { readonly time: number; readonly n: number }): { timeMs: number; n: number } => ({
  timeMs: time,
  n,
});

function eventOf(
  raw: Raw,
  place: number,
  laneOf: (peerId: string) => number,
  workspace: Workspace,
): LaneEvent {
  const base = { kind: raw.kind, lane: laneOf(raw.peerId), place, timeMs: raw.timeMs };
  const peer = workspace.nameOf(raw.peerId);
  if (raw.kind === 'call') {
    const { service, function: name, outcome } = raw.row.call;
    const title = `call ${raw.row.call.call} on ${peer}: ${service}.${name}, ${outcome}`;
    return { ...base, title, call: raw.row, isWrong: outcome !== 'served' && outcome !== 'pending' };
  }
  if (raw.kind === 'refusal') {
    const { code, from, message } = raw.row;
    const title = `${peer} refused what ${workspace.nameOf(from)} sent: ${code} ${message ?? ''}`;
    return { ...base, title, isWrong: true };
  }
  if (raw.kind === 'send') {
    const isWrong = raw.entry.failure !== undefined;
    const title = `${peer} sends to ${workspace.nameOf(raw.entry.to)}${isWrong ? ', which failed' : ''}`;
    return { ...base, title, to: { lane: laneOf(raw.entry.to), from: place }, isWrong };
  }
  const { code, requests } = raw.entry;
  return {
    ...base,
    title: `run on ${peer}${code === 0 ? '' : `, code ${code}`}, ${requests} calls`,
    isWrong: code !== 0,
  };
}

/**
 * A hop is recorded when it is over. It begins with the last run of its peer before that, and arrives with the first run of the other
 * peer after that one into which data went, and which no earlier hop has reached.
 */
function withArrivals(events: readonly LaneEvent[], hasData: (place: number) => boolean): LaneEvent[] {
  const lastRun = new Map<number, number>();
  const taken = new Set<number>();
  return events.map(event => {
    if (event.kind === 'run') lastRun.set(event.lane, event.place);
    if (event.to === undefined) return event;
    const from = lastRun.get(event.lane) ?? event.place;
    const { lane } = event.to;
    for (let place = from + 1; place < events.length && place < from + HOP_MAX; place++) {
      const other = events[place] as LaneEvent;
      if (other.kind !== 'run' || other.lane !== lane || !hasData(place) || taken.has(place)) continue;
      taken.add(place);
      return { ...event, to: { lane, from, place } };
    }
    return { ...event, to: { lane, from } };
  });
}

/** How far ahead the end of a hop is looked for. */
const HOP_MAX = 5000;
