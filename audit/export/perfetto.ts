import type { EntryOf } from '../recording/entry.ts';
import type { Recording } from '../recording/recording.ts';
import { jsonList } from './json-lines.ts';
import { exportedParticles, type ExportedParticle, type ExportSource } from './source.ts';

/** An event of Chrome's trace format, which Perfetto reads; times in microseconds. */
interface TraceEvent {
  readonly ph: 'M' | 'X' | 's' | 'f';
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Lines of time for https://ui.perfetto.dev: a process for each peer, slices for runs and calls, arrows for origins. */
export function* exportPerfetto(source: ExportSource): Generator<string> {
  yield* jsonList('{"displayTimeUnit":"ms","traceEvents":[', events(source), ']}');
}

interface Slice {
  readonly pid: number;
  readonly tid: number;
  readonly begin: number;
  readonly end: number;
}

const RUNS = 1;

function* events(source: ExportSource): Generator<TraceEvent> {
  const tracks = new Tracks();
  const clocks = new Map<Recording, Float64Array>();
  let flows = 0;
  for (const exported of exportedParticles(source)) {
    const { recording } = exported.open;
    const times = clocks.get(recording) ?? microseconds(recording);
    clocks.set(recording, times);
    const timeOf = (n: number): number => times[recording.placeOf(n) ?? 0] ?? 0;
    const slices = new Map<string, Slice>();
    const decisions = new Map([...exported.entries.decisions.values()].map(one => [one.request, one.n]));
    for (const run of exported.entries.runs) yield* runEvents(run, exported, source, tracks, timeOf);
    for (const call of exported.lineage.calls) {
      const decision = decisions.get(call.call);
      const begin = timeOf(call.call);
      const end = decision === undefined ? begin + 1 : Math.max(begin + 1, timeOf(decision));
      const pid = tracks.processOf(call.peerId);
      const { tid, isNew } = tracks.laneOf(pid, begin, end);
      yield* tracks.named(pid, source.nameOf(call.peerId));
      if (isNew) yield threadName(pid, tid, `calls ${tid - RUNS}`);
      slices.set(`call:${call.call}`, { pid, tid, begin, end });
      yield {
        ph: 'X',
        pid,
        tid,
        ts: begin,
        dur: end - begin,
        cat: call.outcome,
        name: `${call.service}.${call.function}`,
        args: {
          call: call.call,
          particle: call.particleId,
          outcome: call.outcome,
          ...(call.code !== undefined && { code: call.code }),
          ...(source.withContent && { arguments: call.arguments, answer: call.answer }),
        },
      };
    }
    for (const { from, to, argument, getter } of exported.lineage.links) {
      const [one, other] = [slices.get(from), slices.get(to)];
      if (one === undefined || other === undefined) continue;
      const name = `argument ${(argument ?? 0) + 1}${getter}`;
      const flow = { cat: 'origin', id: (flows += 1), name };
      yield { ph: 's', pid: one.pid, tid: one.tid, ts: (one.begin + one.end) / 2, ...flow };
      yield { ph: 'f', bp: 'e', pid: other.pid, tid: other.tid, ts: other.begin, ...flow };
    }
  }
}

function* runEvents(
  run: EntryOf<'run'>,
  { open, entries }: ExportedParticle,
  { nameOf }: ExportSource,
  tracks: Tracks,
  timeOf: (n: number) => number,
): Generator<TraceEvent> {
  const peerId = open.recording.peerIdOf(run.peer);
  const pid = tracks.processOf(peerId);
  yield* tracks.named(pid, nameOf(peerId));
  yield {
    ph: 'X',
    pid,
    tid: RUNS,
    ts: timeOf(run.n),
    dur: 1,
    cat: 'run',
    name: run.code === 0 ? 'run' : `run, code ${run.code}`,
    args: { entry: run.n, particle: entries.particle.id, requests: run.requests },
  };
}

/** Slices of one track must nest: calls that overlap are put on lanes of their own. */
class Tracks {
  readonly #processes = new Map<string, number>();
  readonly #named = new Set<number>();
  readonly #laneEnds = new Map<number, number[]>();

  processOf(peerId: string): number {
    const known = this.#processes.get(peerId) ?? this.#processes.size + 1;
    this.#processes.set(peerId, known);
    return known;
  }

  *named(pid: number, name: string): Generator<TraceEvent> {
    if (this.#named.has(pid)) return;
    this.#named.add(pid);
    yield { ph: 'M', pid, tid: 0, name: 'process_name', args: { name } };
    yield threadName(pid, RUNS, 'runs');
  }

  laneOf(pid: number, begin: number, end: number): { readonly tid: number; readonly isNew: boolean } {
    const ends = this.#laneEnds.get(pid) ?? [];
    this.#laneEnds.set(pid, ends);
    const free = ends.findIndex(last => last <= begin);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = end;
    return { tid: RUNS + 1 + lane, isNew: free < 0 };
  }
}

const threadName = (pid: number, tid: number, name: string): TraceEvent => ({
  ph: 'M',
  pid,
  tid,
  name: 'thread_name',
  args: { name },
});

/**
 * A time for each entry that grows with every entry: recordings have milliseconds, in which much can happen, and an arrow that
 * would go back in time is not drawn.
 */
function microseconds(recording: Recording): Float64Array {
  const times = new Float64Array(recording.size);
  let last = 0;
  for (let at = 0; at < recording.size; at++) {
    const entry = recording.entryAt(at);
    last = Math.max(last + 1, 'time' in entry ? entry.time * 1000 : 0);
    times[at] = last;
  }
  return times;
}
