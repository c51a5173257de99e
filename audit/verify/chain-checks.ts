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
    ...(isWhole ? checkEarlier(recording, entries) : []),
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
  const taken = new Map<string, EntryOf<'run'>>();
  const asked = callsById(recording, requests.values());
  for (const run of runs) {
    const peerId = recording.peerIdOf(run.peer);
    for (const [id, ref] of run.results) {
      const field = `results[${id}]`;
      const calls = asked.get(`${peerId} ${id}`);
      if (typeof ref !== 'number') {
        if (isWhole && calls !== undefined)
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
      // One answer counts for every request of this very call.
      const isOwn =
        request !== undefined &&
        recording.peerIdOf(request.peer) === peerId &&
        (request.run === null || calls?.has(callOf(request)) === true);
      if (!isOwn)
        found.push(
          differs('answer-of-other-call', run.n, field, `decision ${ref}`, `an answer to request ${id}`),
        );
      const earlier = taken.get(`${ref} ${id}`);
      // A refused run gives its answers back.
      if (earlier !== undefined && !isRefused(earlier))
        found.push(
          differs('answer-repeated', run.n, field, `decision ${ref}`, `taken by run ${earlier.n} already`),
        );
      taken.set(`${ref} ${id}`, run);
    }
  }
  return found;
}

/** What each request of a peer asks for, by its id. */
function callsById(recording: Recording, requests: Iterable<EntryOf<'request'>>): Map<string, Set<string>> {
  const byId = new Map<string, Set<string>>();
  for (const request of requests) {
    const key = `${recording.peerIdOf(request.peer)} ${request.id}`;
    const calls = byId.get(key) ?? new Set();
    byId.set(key, calls);
    calls.add(callOf(request));
  }
  return byId;
}

const callOf = ({ service, function: name, args, site }: EntryOf<'request'>): string =>
  JSON.stringify([service, name, args, site]);

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

/** Of a particle that is recorded from a peer's first run on, no call was asked for earlier; a restart may ask again. */
function checkEarlier(recording: Recording, { runs, requests }: ParticleEntries): Found[] {
  const earlier = [...requests.values()].filter(({ run }) => run === null);
  if (earlier.length === 0) return [];
  const firsts = new Map<string, EntryOf<'run'>>();
  for (const run of runs) {
    const peerId = recording.peerIdOf(run.peer);
    if (!firsts.has(peerId)) firsts.set(peerId, run);
  }
  const asked = callsById(
    recording,
    [...requests.values()].filter(({ run }) => run !== null),
  );
  return earlier
    .filter(request => {
      const peerId = recording.peerIdOf(request.peer);
      const first = firsts.get(peerId);
      return first?.prev === null && asked.get(`${peerId} ${request.id}`)?.has(callOf(request)) !== true;
    })
    .map(request =>
      differs(
        'request-without-run',
        request.n,
        'run',
        'none, before the recording began',
        `a run that asks for ${callName(request)}: all runs of this peer are recorded`,
      ),
    );
}

/** A peer sends to whom a run named. */
function checkSends(recording: Recording, { particle, runs, sends }: ParticleEntries): Found[] {
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
  return (
    sends
      // A failure comes home to the init peer, whatever the script says.
      .filter(
        ({ peer, to }) => to !== particle.initPeerId && next.get(recording.peerIdOf(peer))?.has(to) !== true,
      )
      .map(({ n, to }) => differs('send-unasked', n, 'to', to, 'a peer that a run of this particle named'))
  );
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
