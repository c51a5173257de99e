import {
  callsOf,
  lineageOf,
  particleOf,
  TRUST_NOBODY,
  type AuditReport,
  type Finding,
  type Lineage,
  type OpenRecording,
  type ParticleEntries,
  type RecordedCall,
  type Trust,
} from '../../audit/index.ts';
import type { OpenedFile } from './files.ts';

/** A call of one of the recordings that are open. */
export interface CallRow {
  /** Names it in links: `<recording>.<call>`. */
  readonly id: string;
  readonly recording: number;
  readonly call: RecordedCall;
}

export interface ParticleRow {
  /** Names it in links: `<recording>.<number of its entry>`. */
  readonly id: string;
  readonly recording: number;
  readonly n: number;
  readonly particleId: string;
  readonly signature: string;
  readonly calls: readonly CallRow[];
}

/** A copy of a particle that a peer refused: altered, forged, late, too large. */
export interface RefusalRow {
  readonly recording: number;
  readonly n: number;
  readonly timeMs: number;
  readonly peerId: string;
  readonly from: string;
  readonly code: string;
  /** Null where it is withheld. */
  readonly message: string | null;
  /** Signature of the particle, as it arrived. */
  readonly signature: string;
}

export interface LoadedRecording {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly open: OpenRecording;
}

/** Everything that is open, ready to be looked at. Says nothing of what is true: that is the report's part. */
export class Workspace {
  readonly files: readonly OpenedFile[];
  readonly recordings: readonly LoadedRecording[];
  readonly calls: readonly CallRow[];
  readonly particles: readonly ParticleRow[];
  readonly refusals: readonly RefusalRow[];
  readonly trust: Trust;
  readonly #byId = new Map<string, CallRow>();
  readonly #names = new Map<string, string>();
  readonly #lineages = new Map<string, Lineage>();

  constructor(files: readonly OpenedFile[]) {
    this.files = files;
    this.recordings = files.filter(file => file.kind === 'recording');
    this.trust = mergeTrust(files);
    const particles: ParticleRow[] = [];
    for (const [recording, { open }] of this.recordings.entries())
      particles.push(...particlesIn(open, recording));
    this.particles = particles;
    this.refusals = this.recordings.flatMap(({ open }, recording) => refusalsIn(open, recording));
    this.calls = particles
      .flatMap(({ calls }) => calls)
      .toSorted(
        (a, b) => timeOf(a.call) - timeOf(b.call) || a.recording - b.recording || a.call.call - b.call.call,
      );
    for (const row of this.calls) this.#byId.set(row.id, row);
    for (const { open } of this.recordings)
      for (const { peerId, name } of open.recording.peers.values())
        if (name !== undefined) this.#names.set(peerId, name);
    for (const [peerId, name] of this.trust.peers) this.#names.set(peerId, name);
  }

  call(id: string): CallRow | undefined {
    return this.#byId.get(id);
  }

  particle(id: string): ParticleRow | undefined {
    return this.particles.find(row => row.id === id);
  }

  particleOfCall({ recording, call }: CallRow): ParticleRow | undefined {
    return this.particles.find(row => row.recording === recording && row.signature === call.particle);
  }

  /** Name of a peer, from the trust file first; a short form of its id if there is none. */
  nameOf(peerId: string): string {
    const name = this.#names.get(peerId);
    if (name !== undefined) return name;
    return peerId.length > 16 ? `${peerId.slice(0, 8)}…${peerId.slice(-6)}` : peerId;
  }

  entriesOf({ recording, n }: ParticleRow): ParticleEntries {
    return particleOf((this.recordings[recording] as LoadedRecording).open, n) as ParticleEntries;
  }

  scriptOf(particle: ParticleRow): string | undefined {
    const { open } = this.recordings[particle.recording] as LoadedRecording;
    const text = open.recording.text(this.entriesOf(particle).particle.script);
    if (text === undefined) return undefined;
    const script: unknown = JSON.parse(text);
    return typeof script === 'string' ? script : undefined;
  }

  /** Where all arguments of a particle came from; the last few are kept. */
  lineageOf(particle: ParticleRow): Lineage {
    let lineage = this.#lineages.get(particle.id);
    if (lineage === undefined) {
      const { open } = this.recordings[particle.recording] as LoadedRecording;
      lineage = lineageOf(open.recording, this.entriesOf(particle));
      if (this.#lineages.size >= LINEAGES_MAX) this.#lineages.clear();
      this.#lineages.set(particle.id, lineage);
    }
    return lineage;
  }

  /** The call, in any open recording, behind a signed record of a particle. */
  callOfRecord(signature: string, peerId: string, record: string): CallRow | undefined {
    for (const particle of this.particles) {
      if (particle.signature !== signature) continue;
      const own = particle.calls.filter(({ call }) => call.peerId === peerId);
      if (own.length === 0) continue;
      const { nodes } = this.lineageOf(particle);
      const found = own.find(({ call }) => nodes.get(`call:${call.call}`)?.record === record);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The call that a finding is about: its request, its decision, or the run that asked for it. */
  callsOfFinding({ recording, entry }: Finding): CallRow[] {
    const loaded = this.recordings[recording];
    if (loaded === undefined || entry === undefined) return [];
    const { recording: file } = loaded.open;
    const request = file.find(entry, 'decision')?.request ?? file.find(entry, 'request')?.n;
    if (request !== undefined) return [this.call(`${recording}.${request}`)].filter(row => row !== undefined);
    const run = file.find(entry, 'run');
    const particle = run && this.particle(`${recording}.${run.particle}`);
    return particle?.calls.filter(({ call }) => file.find(call.call, 'request')?.run === entry) ?? [];
  }
}

const LINEAGES_MAX = 8;

/** A list of particles with their calls, in one pass over the calls. */
function particlesIn(open: OpenRecording, recording: number): ParticleRow[] {
  const bySignature = new Map<string, CallRow[]>();
  for (const call of callsOf(open)) {
    const row: CallRow = { id: `${recording}.${call.call}`, recording, call };
    if (bySignature.get(call.particle)?.push(row) === undefined) bySignature.set(call.particle, [row]);
  }
  return [...open.index.places.keys()].flatMap((n): ParticleRow[] => {
    const entry = open.recording.find(n, 'particle');
    if (entry === undefined) return [];
    const calls = bySignature.get(entry.signature) ?? [];
    return [
      { id: `${recording}.${n}`, recording, n, particleId: entry.id, signature: entry.signature, calls },
    ];
  });
}

function refusalsIn({ recording: file }: OpenRecording, recording: number): RefusalRow[] {
  return Array.from({ length: file.size }, (_, at) => at)
    .filter(at => file.kindAt(at) === 'refusal')
    .flatMap((at): RefusalRow[] => {
      const entry = file.entryAt(at);
      if (entry.kind !== 'refusal') return [];
      const { n, time, from, code } = entry;
      const message = jsonIn(file.text(entry.message));
      const header = jsonIn(file.text(entry.header)) as { readonly signature?: unknown } | undefined;
      return [
        {
          recording,
          n,
          timeMs: time,
          peerId: file.peerIdOf(entry.peer),
          from,
          code,
          message: typeof message === 'string' ? message : null,
          signature: typeof header?.signature === 'string' ? header.signature : '',
        },
      ];
    });
}

function jsonIn(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function mergeTrust(files: readonly OpenedFile[]): Trust {
  const all = files.filter(file => file.kind === 'trust').map(({ trust }) => trust);
  if (all.length === 0) return TRUST_NOBODY;
  return {
    peers: new Map(all.flatMap(({ peers }) => [...peers])),
    recorders: all.flatMap(({ recorders }) => recorders),
  };
}

const timeOf = (call: RecordedCall): number => call.askedMs ?? call.decidedMs ?? 0;

/** Marks of calls by their ids, from a report and from the calls themselves. */
export function marksOf(
  workspace: Workspace,
  report: AuditReport | undefined,
): ReadonlyMap<string, readonly string[]> {
  const marks = new Map<string, string[]>();
  const add = (id: string, mark: string): void => {
    const own = marks.get(id) ?? [];
    if (!own.includes(mark)) marks.set(id, [...own, mark]);
  };
  for (const finding of report?.findings ?? [])
    if (finding.content !== 'unknown-key')
      for (const { id } of workspace.callsOfFinding(finding)) add(id, `${finding.content}: ${finding.name}`);
  for (const { id, call } of workspace.calls) {
    if (call.arguments.includes(null) || call.answer === null) add(id, 'withheld');
    if (call.outcome === 'pending') add(id, 'missing: no decision');
  }
  return marks;
}
