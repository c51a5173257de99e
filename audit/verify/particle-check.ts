import { fromHex } from '../../base/bytes.ts';
import {
  particleMessage,
  RetCode,
  verifySignature,
  type Limits,
  type Outcome,
  type PrepareInput,
} from '../../interpreter/index.ts';
import type { EntryOf } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { Recording } from '../recording/recording.ts';
import { checkChain } from './chain-checks.ts';
import type { DecisionChecks } from './decision-checks.ts';
import { gravest, type Completeness, type Content, type Gap } from './finding.ts';
import type { NotCheckedList } from './not-checked.ts';
import { addPeerState, signersOf, type ParticleState } from './participants.ts';
import { entriesOf, rerun, type Hindrance, type ParticleEntries } from './rerun.ts';
import { compareRun, requestsByRun, type Found } from './run-checks.ts';
import { signedParticle, Stories, StoryCollector } from './stories.ts';
import type { Located } from './structure.ts';
import type { Trust } from './trust.ts';

export interface ParticleCheckOptions {
  readonly recording: Recording;
  /** Which of the recordings this is, from 0. */
  readonly at: number;
  /** No other recording is given. */
  readonly isAlone: boolean;
  readonly decisions: DecisionChecks;
  readonly trust: Trust;
  readonly notChecked: NotCheckedList;
  /** All particles so far, of all recordings. */
  readonly particles: Map<string, ParticleState>;
  readonly limitsMax: Limits;
  readonly addFinding: (found: Located) => void;
  readonly addGap: (gap: Omit<Gap, 'recording'>) => void;
}

/** The audit of the particles of one recording, one at a time. */
export class ParticleCheck {
  readonly #options: ParticleCheckOptions;
  readonly #recording: Recording;
  readonly #isAllRecorded: boolean;
  /** The run with which a recording without end stops. */
  readonly #cutRun: number | undefined;
  #rerun = 0;

  constructor(options: ParticleCheckOptions) {
    this.#options = options;
    this.#recording = options.recording;
    this.#isAllRecorded = options.recording.find(0, 'start')?.mode === 'all';
    this.#cutRun = cutRunOf(options.recording);
  }

  /** Runs that were run again. */
  get rerun(): number {
    return this.#rerun;
  }

  /** @param completeness Of the part of the recording in which these entries stand. */
  check(n: number, places: readonly number[], completeness: Completeness): void {
    const entries = entriesOf(this.#recording, n, places);
    const { particle } = entries;
    if (!this.#options.trust.peers.has(particle.initPeerId)) this.#options.notChecked.add('init-peers');
    const state = this.#stateOf(particle);
    const contents = this.#report(entries, [
      ...checkSignature(this.#recording, particle),
      ...checkChain(this.#recording, entries, this.#isAllRecorded),
      ...this.#options.decisions.check(entries),
      ...this.#rerunAll(entries, state),
    ]);
    this.#addPeers(entries, state, contents, completeness);
  }

  /** @returns What each peer is found guilty of; a finding about no peer in particular counts for all that ran. */
  #report({ particle, runs }: ParticleEntries, found: readonly Found[]): Map<string, Content> {
    const contents = new Map<string, Content>();
    for (const one of found) {
      const peerId = one.peerId ?? this.#peerOfEntry(one.entry);
      this.#options.addFinding({
        ...one,
        particle: particle.signature,
        ...(peerId !== undefined && { peerId }),
        ...(one.entry !== undefined && this.#lineOf(one.entry)),
      });
      const accused =
        peerId === undefined ? runs.map(({ peer }) => this.#recording.peerIdOf(peer)) : [peerId];
      for (const key of accused) contents.set(key, gravest([contents.get(key) ?? 'equal', one.content]));
    }
    return contents;
  }

  #rerunAll(entries: ParticleEntries, state: ParticleState): Found[] {
    const found: Found[] = [];
    const requests = requestsByRun(entries);
    const unreachable = this.#unreachable(entries);
    const stories = new StoryCollector(this.#recording, this.#options.at);
    for (const again of rerun(this.#recording, entries, this.#options.limitsMax)) {
      const { run } = again;
      stories.visit(again);
      if (again.hindrance !== undefined) {
        this.#options.notChecked.add('runs');
        const hindered = hindrance(run, again.hindrance);
        if (hindered !== undefined) found.push(hindered);
        continue;
      }
      this.#rerun += 1;
      const differences = compareRun(this.#recording, again, requests.get(run.n) ?? []);
      found.push(...(run.n === this.#cutRun ? this.#cutShort(run, differences) : differences));
      const { outcome, input } = again;
      if (outcome.retCode === RetCode.equivocation && run.code === outcome.retCode)
        found.push({
          content: 'equivocation',
          name: 'two-stories',
          message: `entry ${run.n}: ${outcome.errorMessage}`,
          entry: run.n,
        });
      for (const peerId of outcome.nextPeerIds) if (!unreachable.has(peerId)) state.expected.add(peerId);
      // What came from a peer of this recording, or is its own, brings no new signers.
      const { prev, current } = run;
      for (const peerId of [
        ...(typeof prev === 'string' ? signersOf(input.prevData, input.params.particleSignature) : []),
        ...(typeof current === 'string' ? takenFrom(input, outcome) : []),
      ]) {
        state.expected.add(peerId);
        state.signed.add(peerId);
      }
    }
    const particle = signedParticle(this.#recording, entries.particle);
    if (particle !== undefined) found.push(...stories.finish(state.stories, particle, this.#options.isAlone));
    return found;
  }

  /** A recorder that stops may stop between a run and its calls. */
  #cutShort({ n }: EntryOf<'run'>, differences: readonly Found[]): readonly Found[] {
    const others = differences.filter(({ name }) => name !== 'request-missing');
    if (others.length < differences.length)
      this.#options.addGap({
        name: 'cut-run',
        message: `the recording stops before all calls of its last run, entry ${n}`,
      });
    return others;
  }

  /** Peers to which every attempt to send this particle failed. */
  #unreachable({ sends }: ParticleEntries): Set<string> {
    const failed = new Set(sends.filter(({ failure }) => failure !== undefined).map(({ to }) => to));
    for (const { to, failure } of sends) if (failure === undefined) failed.delete(to);
    return failed;
  }

  #stateOf({ signature, id, initPeerId, timestamp }: EntryOf<'particle'>): ParticleState {
    const { particles, at } = this.#options;
    const known = particles.get(signature);
    if (known !== undefined) return known;
    const state: ParticleState = {
      signature,
      id,
      initPeerId,
      timestamp,
      recording: at,
      peers: new Map(),
      expected: new Set<string>(),
      signed: new Set<string>(),
      stories: new Stories(),
    };
    particles.set(signature, state);
    return state;
  }

  #addPeers(
    { runs, requests }: ParticleEntries,
    state: ParticleState,
    contents: ReadonlyMap<string, Content>,
    completeness: Completeness,
  ): void {
    const { trust } = this.#options;
    const counts = new Map<string, { runs: number; calls: number; name: string | undefined }>();
    const countOf = (n: number): { runs: number; calls: number } => {
      const peer = this.#recording.peers.get(n);
      const peerId = peer?.peerId ?? '';
      const count = counts.get(peerId) ?? { runs: 0, calls: 0, name: peer?.name };
      counts.set(peerId, count);
      return count;
    };
    for (const { peer } of runs) countOf(peer).runs += 1;
    for (const { peer } of requests.values()) countOf(peer).calls += 1;
    for (const [peerId, count] of counts) {
      const known: Content = trust.peers.has(peerId) ? 'equal' : 'unknown-key';
      addPeerState(state, peerId, {
        content: gravest([contents.get(peerId) ?? 'equal', known]),
        completeness,
        ...count,
      });
    }
  }

  #lineOf(n: number): { line?: number } {
    const at = this.#recording.placeOf(n);
    return at === undefined ? {} : { line: this.#recording.lineAt(at) };
  }

  #peerOfEntry(n: number | undefined): string | undefined {
    const at = n === undefined ? undefined : this.#recording.placeOf(n);
    if (at === undefined) return undefined;
    const entry = this.#recording.entryAt(at);
    if ('peer' in entry) return this.#recording.peerIdOf(entry.peer);
    return entry.kind === 'decision' ? this.#peerOfEntry(entry.request) : undefined;
  }
}

function cutRunOf(recording: Recording): number | undefined {
  let at = recording.size - 1;
  while (at >= 0 && recording.kindAt(at) === 'request') at -= 1;
  return at >= 0 && recording.kindAt(at) === 'run' ? recording.numberAt(at) : undefined;
}

/** Script, times and id are what the init peer signed: a change that altered no outcome shows here. */
function checkSignature(recording: Recording, particle: EntryOf<'particle'>): Found[] {
  if (isSignedByInitPeer(recording, particle)) return [];
  return [
    {
      content: 'tampered',
      name: 'particle-signature',
      message: `entry ${particle.n}: the init peer has not signed this script under this id and times`,
      entry: particle.n,
      field: 'signature',
      expected: particle.signature,
      actual: `no signature of ${particle.initPeerId}`,
    },
  ];
}

function isSignedByInitPeer(recording: Recording, particle: EntryOf<'particle'>): boolean {
  const text = recording.text(particle.script);
  const script = text === undefined ? undefined : parseText(text);
  // Withheld: the runs say so.
  if (text === undefined) return true;
  if (typeof script !== 'string') return false;
  const { id, timestamp, ttl, initPeerId, signature } = particle;
  return verifySignature(
    initPeerId,
    particleMessage({ id, timestamp, ttl, script }),
    fromHex(signature) as Uint8Array,
  );
}

/** A run that follows one that differs is not a finding of its own. */
function hindrance(run: EntryOf<'run'>, { kind, ...rest }: Hindrance): Found | undefined {
  if (kind === 'after') return undefined;
  const [name, why] =
    kind === 'withheld'
      ? [
          'withheld',
          `its script, data or an answer is withheld (${(rest as { hash: string }).hash.slice(0, 16)}…)`,
        ]
      : ['limits', 'it does more than this build goes along with, under limits far above its own'];
  return {
    content: 'withheld',
    name,
    message: `entry ${run.n}: this run cannot be run again: ${why}`,
    entry: run.n,
  };
}

/** Peers of which a run took over what they signed: it may end with an error all the same. Of data that it refused it took nothing. */
function takenFrom(
  { currentData, params: { particleSignature } }: PrepareInput,
  outcome: Outcome,
): readonly string[] {
  const arrived = signersOf(currentData, particleSignature);
  if (outcome.retCode === RetCode.success) return arrived;
  const kept = new Set(signersOf(outcome.data, particleSignature));
  return arrived.filter(peerId => kept.has(peerId));
}
