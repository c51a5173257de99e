import type { DataRef, EntryOf } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { Recording } from '../recording/recording.ts';
import type { ParticleEntries } from './rerun.ts';
import { callName, type Found } from './run-checks.ts';

/**
 * How the runs of a particle hang together: each continues what its peer knew last, takes answers that were decided for it, each
 * once, and is sent only where a run said. Needs no running again.
 *
 * @param isWhole Mode `all`: every run is recorded.
 */
export function checkChain(recording: Recording, entries: ParticleEntries, isWhole: boolean): Found[] {
  return [
    ...checkData(recording, entries, isWhole),
    ...checkAnswers(recording, entries, isWhole),
    ...checkRequests(entries),
    ...(isWhole ? checkSends(recording, entries) : []),
  ];
}

function checkData(recording: Recording, { runs }: ParticleEntries, isWhole: boolean): Found[] {
  const found: Found[] = [];
  const gave = new Map<number, string | null>();
  const latest = new Map<string, string | null>();
  const hashOf = (ref: DataRef): string | null => (typeof ref === 'number' ? (gave.get(ref) ?? null) : ref);
  for (const run of runs) {
    for (const field of ['prev', 'current'] as const) {
      const ref = run[field];
      if (typeof ref === 'number' && !gave.has(ref))
        found.push(differs('data-of-other-particle', run.n, field, `run ${ref}`, 'a run of this particle'));
    }
    const peerId = recording.peerIdOf(run.peer);
    const known = latest.get(peerId);
    if (isWhole && known !== undefined && hashOf(run.prev) !== known)
      found.push(differs('data-not-latest', run.n, 'prev', hashOf(run.prev) ?? 'none', known ?? 'none'));
    gave.set(run.n, run.data);
    latest.set(peerId, run.data);
  }
  return found;
}

function checkAnswers(
  recording: Recording,
  { runs, requests, decisions }: ParticleEntries,
  isWhole: boolean,
): Found[] {
  const found: Found[] = [];
  const taken = new Map<number, EntryOf<'run'>>();
  const asked = new Set([...requests.values()].map(({ peer, id }) => `${recording.peerIdOf(peer)} ${id}`));
  for (const run of runs) {
    for (const [id, ref] of run.results) {
      const field = `results[${id}]`;
      if (typeof ref !== 'number') {
        if (isWhole && asked.has(`${recording.peerIdOf(run.peer)} ${id}`))
          found.push(
            differs(
              'answer-undecided',
              run.n,
              field,
              'an answer without a decision',
              'the number of its decision',
            ),
          );
        continue;
      }
      const decision = decisions.get(ref);
      const request = decision && requests.get(decision.request);
      const isOwn =
        request !== undefined &&
        recording.peerIdOf(request.peer) === recording.peerIdOf(run.peer) &&
        (request.run === null || request.id === id);
      if (!isOwn)
        found.push(
          differs('answer-of-other-call', run.n, field, `decision ${ref}`, `an answer to request ${id}`),
        );
      const earlier = taken.get(ref);
      // A refused run gives its answers back.
      if (earlier !== undefined && !isRefused(earlier))
        found.push(
          differs('answer-repeated', run.n, field, `decision ${ref}`, `taken by run ${earlier.n} already`),
        );
      taken.set(ref, run);
    }
  }
  return found;
}

const isRefused = ({ code }: EntryOf<'run'>): boolean =>
  (code > 0 && code < 10_000) || (code >= 20_000 && code < 30_000);

function checkRequests({ runs, requests }: ParticleEntries): Found[] {
  const byNumber = new Map(runs.map(run => [run.n, run]));
  const found: Found[] = [];
  for (const request of requests.values()) {
    if (request.run === null) continue;
    const run = byNumber.get(request.run);
    if (run === undefined || run.peer !== request.peer)
      found.push(
        differs(
          'request-of-other-run',
          request.n,
          'run',
          `run ${request.run}`,
          `a run of this particle and peer for ${callName(request)}`,
        ),
      );
  }
  return found;
}

/** A peer sends to whom a run named. */
function checkSends(recording: Recording, { runs, sends }: ParticleEntries): Found[] {
  const next = new Map<string, Set<string>>();
  for (const { peer, next: hash } of runs) {
    const text = hash === undefined ? '[]' : recording.text(hash);
    if (text === undefined) return [];
    const key = recording.peerIdOf(peer);
    const known = next.get(key) ?? new Set();
    next.set(key, known);
    const list = parseText(text);
    if (Array.isArray(list)) for (const peerId of list) known.add(String(peerId));
  }
  return sends
    .filter(({ peer, to }) => next.get(recording.peerIdOf(peer))?.has(to) !== true)
    .map(({ n, to }) => differs('send-unasked', n, 'to', to, 'a peer that a run of this particle named'));
}

const differs = (name: string, entry: number, field: string, expected: string, actual: string): Found => ({
  content: 'differs',
  name,
  message: `entry ${entry}: \`${field}\` was recorded as ${expected}, it must be ${actual}`,
  entry,
  field,
  expected,
  actual,
});
