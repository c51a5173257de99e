import type { CallRequest } from '../../interpreter/index.ts';
import type { CallFacts } from '../../services/index.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { Recording } from '../recording/recording.ts';
import { rerun, type ParticleEntries } from '../verify/rerun.ts';

/** Services that a particle brings along, on its init peer. */
export const OF_PARTICLE: ReadonlySet<string> = new Set(['getDataSrv', 'callbackSrv', 'errorHandlingSrv']);

/** A recorded call, as its run asks for it again. */
export interface AskedCall {
  readonly request: EntryOf<'request'>;
  readonly decision: EntryOf<'decision'>;
  /** `undefined` if its run cannot be run again, or does not ask for it now. */
  readonly asked: CallRequest | undefined;
}

/** The decided calls of a particle. Arguments and origins come from running it again, not from what the recording says. */
export function* askedCalls(
  recording: Recording,
  entries: ParticleEntries,
  isWanted: (request: EntryOf<'request'>) => boolean = () => true,
): Generator<AskedCall> {
  const decided = new Map([...entries.decisions.values()].map(decision => [decision.request, decision]));
  const waiting = new Map(
    [...entries.requests].filter(([n, request]) => isWanted(request) && decided.has(n)),
  );
  const byRun = groupedByRun(waiting.values());
  for (const again of rerun(recording, entries)) {
    for (const request of byRun.get(again.run.n) ?? []) {
      waiting.delete(request.n);
      const asked = 'outcome' in again ? again.outcome.callRequests.get(request.id) : undefined;
      yield { request, decision: decided.get(request.n) as EntryOf<'decision'>, asked };
    }
  }
  for (const request of waiting.values())
    yield { request, decision: decided.get(request.n) as EntryOf<'decision'>, asked: undefined };
}

function groupedByRun(requests: Iterable<EntryOf<'request'>>): Map<number | null, EntryOf<'request'>[]> {
  const groups = new Map<number | null, EntryOf<'request'>[]>();
  for (const request of requests) groups.set(request.run, [...(groups.get(request.run) ?? []), request]);
  return groups;
}

/** The facts of a recorded call. Its time is that of the decision. */
export const factsOf = (
  recording: Recording,
  { id, initPeerId, timestamp, ttl }: EntryOf<'particle'>,
  { peer, service, function: fn }: EntryOf<'request'>,
  { time }: EntryOf<'decision'>,
): CallFacts => ({
  peerId: recording.peerIdOf(peer),
  initPeerId,
  particleId: id,
  timestamp,
  ttl,
  serviceId: service,
  functionName: fn,
  now: () => time,
});
