import type { Tetraplet } from '../../interpreter/index.ts';
import type { EntryOf, RecordedResult } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { Recording } from '../recording/recording.ts';
import { particlesOf, type OpenRecording } from '../replay.ts';
import { textOfAnswer, type ParticleEntries } from '../verify/rerun.ts';

/** One call of a recording: who called what with which arguments, what was decided, and why. JSON-representable. */
export interface RecordedCall {
  /** Number of the request's entry: names the call in its recording. */
  readonly call: number;
  /** Peer that decided and performed it. */
  readonly peerId: string;
  /** As the recording names the peer. */
  readonly peer?: string;
  readonly particleId: string;
  /** Signature of the particle, hex. */
  readonly particle: string;
  readonly initPeerId: string;
  readonly service: string;
  readonly function: string;
  /** JSON text of each argument; null where it is withheld. */
  readonly arguments: readonly (string | null)[];
  /** Direct origin of each argument; of each element for a whole canon. Empty if withheld. */
  readonly origins: readonly (readonly Tetraplet[])[];
  readonly site: string;
  /** Milliseconds since 1970; absent for a call that was asked for before the recording began. */
  readonly askedMs?: number;
  /** Absent for a call that was not decided when the recording ended. */
  readonly decidedMs?: number;
  readonly outcome: EntryOf<'decision'>['outcome'] | 'pending';
  readonly stage?: string;
  readonly code?: string;
  /** Result or failure as text; null where it is withheld. */
  readonly answer?: string | null;
  /** Why guards or access list said no, as JSON text. */
  readonly denial?: string | null;
}

/** Which calls a query returns. Left-out fields match every call. */
export interface CallFilter {
  /** Id or name of the peer that performed it. */
  readonly peer?: string;
  /** Id or beginning of the signature of the particle. */
  readonly particle?: string;
  readonly service?: string;
  readonly function?: string;
  readonly outcome?: RecordedCall['outcome'];
  /** Part of an argument, an answer, a name or a code. */
  readonly text?: string;
  /** Asked for at or after, before: milliseconds since 1970. */
  readonly afterMs?: number;
  readonly beforeMs?: number;
}

/** All calls, particle by particle, in the order in which each particle asked for them. */
export function* callsOf(open: OpenRecording, filter: CallFilter = {}): Generator<RecordedCall> {
  for (const entries of particlesOf(open))
    for (const call of callsOfParticle(open.recording, entries)) if (isWanted(call, filter)) yield call;
}

/** The recorded calls of one particle. */
export function* callsOfParticle(recording: Recording, entries: ParticleEntries): Generator<RecordedCall> {
  const { particle, runs, requests, decisions } = entries;
  const times = new Map(runs.map(({ n, time }) => [n, time]));
  const decided = new Map([...decisions.values()].map(decision => [decision.request, decision]));
  for (const request of requests.values()) {
    const peer = recording.peers.get(request.peer);
    const asked = request.run === null ? undefined : times.get(request.run);
    yield {
      call: request.n,
      peerId: peer?.peerId ?? '',
      ...(peer?.name !== undefined && { peer: peer.name }),
      particleId: particle.id,
      particle: particle.signature,
      initPeerId: particle.initPeerId,
      service: request.service,
      function: request.function,
      arguments: request.args.map(hash => recording.text(hash) ?? null),
      origins: originsOf(recording, request),
      site: request.site,
      ...(asked !== undefined && { askedMs: asked }),
      ...decisionOf(recording, decided.get(request.n)),
    };
  }
}

function decisionOf(
  recording: Recording,
  decision: EntryOf<'decision'> | undefined,
): Pick<RecordedCall, 'outcome' | 'decidedMs' | 'stage' | 'code' | 'answer' | 'denial'> {
  if (decision === undefined) return { outcome: 'pending' };
  const { outcome, stage, time, code, answer, denial } = decision;
  return {
    outcome,
    stage,
    decidedMs: time,
    ...(code !== undefined && { code }),
    answer: shownAnswer(recording, answer),
    ...(denial !== undefined && { denial: recording.text(denial) ?? null }),
  };
}

/** A failure's text is a JSON string; it is shown as what it says. */
function shownAnswer(recording: Recording, answer: RecordedResult): string | null {
  const text = textOfAnswer(recording, answer);
  if (text === undefined) return null;
  const said = answer.ret === 0 ? undefined : parseText(text);
  return typeof said === 'string' ? said : text;
}

function originsOf(recording: Recording, { origins }: EntryOf<'request'>): Tetraplet[][] {
  const text = recording.text(origins);
  const json = text === undefined ? undefined : parseText(text);
  const [tetraplets] = Array.isArray(json) ? (json as unknown[]) : [];
  return Array.isArray(tetraplets)
    ? tetraplets.map(some => (Array.isArray(some) ? some.filter(isTetraplet) : []))
    : [];
}

/** Content of a file may be anything. */
function isTetraplet(value: unknown): value is Tetraplet {
  if (typeof value !== 'object' || value === null) return false;
  const { peerId, serviceId, functionName, getter } = value as Record<string, unknown>;
  return [peerId, serviceId, functionName, getter].every(part => typeof part === 'string');
}

function isWanted(call: RecordedCall, filter: CallFilter): boolean {
  const { peer, particle, service, outcome, text, afterMs = -Infinity, beforeMs = Infinity } = filter;
  const time = call.askedMs ?? call.decidedMs ?? 0;
  return (
    (peer === undefined || call.peerId === peer || call.peer === peer) &&
    (particle === undefined || call.particleId === particle || call.particle.startsWith(particle)) &&
    (service === undefined || call.service === service) &&
    (filter.function === undefined || call.function === filter.function) &&
    (outcome === undefined || call.outcome === outcome) &&
    time >= afterMs &&
    time < beforeMs &&
    (text === undefined || textsOf(call).some(part => part.includes(text)))
  );
}

const textsOf = ({
  service,
  function: name,
  code,
  arguments: args,
  answer,
  denial,
}: RecordedCall): string[] =>
  [service, name, code, ...args, answer, denial].filter(part => typeof part === 'string');
