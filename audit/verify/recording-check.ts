import { fromHex } from '../../base/bytes.ts';
import { particleMessage, RetCode, verifySignature, type Limits } from '../../interpreter/index.ts';
import type { ParsedCheckpoint } from '../log/checkpoint.ts';
import { contentOf, type EntryOf } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { RecordingSource } from '../recording/lines.ts';
import { ParticleIndex } from '../recording/particles.ts';
import { Recording, type Placed } from '../recording/recording.ts';
import { checkChain } from './chain-checks.ts';
import { checkCheckpoints, type CheckpointReport } from './checkpoints.ts';
import { DecisionChecks } from './decision-checks.ts';
import type { FindingList } from './finding-list.ts';
import { gravest, type Completeness, type Content, type Finding, type Gap } from './finding.ts';
import type { NotCheckedList } from './not-checked.ts';
import { addPeerState, signersOf, type ParticleState } from './participants.ts';
import type { RecordingReport } from './report.ts';
import { entriesOf, rerun, type Hindrance, type ParticleEntries } from './rerun.ts';
import { compareRun, requestsByRun, type Found } from './run-checks.ts';
import { checkStructure, endOf, type Located } from './structure.ts';
import type { Trust } from './trust.ts';

export interface RecordingCheckOptions {
  readonly source: RecordingSource;
  /** Which of the recordings this is, from 0. */
  readonly at: number;
  readonly trust: Trust;
  /** Checkpoints that the auditor kept elsewhere. */
  readonly pinned: readonly ParsedCheckpoint[];
  readonly findings: FindingList;
  readonly notChecked: NotCheckedList;
  readonly particles: Map<string, ParticleState>;
  readonly limitsMax: Limits;
  readonly onProgress: ((done: number, all: number) => void) | undefined;
}

/** The audit of one recording. */
export class RecordingCheck {
  readonly #options: RecordingCheckOptions;
  readonly #index = new ParticleIndex();
  readonly #recording: Recording;
  readonly #decisions: DecisionChecks;
  readonly #start: EntryOf<'start'> | undefined;
  /** The run with which a recording without end stops. */
  readonly #cutRun: number | undefined;
  readonly #counts = new Map<string, number>();
  #withheld = 0;
  #rerun = 0;

  /** @throws {AuditError} If the file cannot be read to its end. */
  constructor(options: RecordingCheckOptions) {
    this.#options = options;
    this.#recording = new Recording(options.source, (placed, recording) => this.#visit(placed, recording));
    this.#decisions = new DecisionChecks(this.#recording);
    this.#start = this.#recording.find(0, 'start');
    this.#cutRun = cutRunOf(this.#recording);
  }

  check(): RecordingReport {
    const { trust, pinned, notChecked, at } = this.#options;
    for (const found of checkStructure(this.#recording, this.#index)) this.#add(found);
    this.#checkContent();
    const own = pinned.filter(({ checkpoint }) => checkpoint.origin === this.#start?.origin);
    const heads = checkCheckpoints(this.#recording, this.#start, trust, own);
    for (const found of heads.findings) this.#add(found);
    const completeness = this.#completeness(heads);
    this.#checkPeers();
    let done = 0;
    for (const [n, places] of this.#index.places) {
      this.#checkParticle(n, places, heads, completeness);
      done += 1;
      if (done % 100 === 0) this.#options.onProgress?.(done, this.#index.places.size);
    }
    const { guards, rules, handlers } = this.#decisions.unchecked;
    notChecked.add('guards', guards);
    notChecked.add('rules', rules);
    notChecked.add('handlers', handlers);
    notChecked.add('withheld', this.#withheld);
    notChecked.add('times', this.#recording.size);
    return {
      origin: this.#start?.origin ?? '',
      recorder: this.#start?.recorder ?? null,
      content: this.#options.findings.contentOf(at),
      completeness,
      entries: this.#recording.size,
      trustedEntries: heads.trustedSize,
      witnesses: heads.witnesses,
      counts: Object.fromEntries(this.#counts),
      rerun: this.#rerun,
    };
  }

  #visit(placed: Placed, recording: Recording): void {
    const { entry } = placed;
    this.#counts.set(entry.kind, (this.#counts.get(entry.kind) ?? 0) + 1);
    for (const { hash } of contentOf(entry)) if (!recording.nameContent(hash)) this.#withheld += 1;
    this.#index.add(placed, recording);
  }

  #add(found: Located): void {
    this.#options.findings.add({ ...found, recording: this.#options.at });
  }

  #gap(gap: Omit<Gap, 'recording'>): void {
    this.#options.findings.addGap({ ...gap, recording: this.#options.at });
  }

  /** Content is named by its hash: if it was altered, no entry names it any longer. */
  #checkContent(): void {
    let listed = 0;
    for (const { hash } of this.#recording.unnamedContent()) {
      if (listed++ >= UNNAMED_MAX) break;
      this.#add({
        content: 'tampered',
        name: this.#withheld > 0 ? 'content-altered' : 'content-added',
        message: `content ${hash.slice(0, 16)}… is named by no entry: it was altered, or put in`,
        actual: hash,
      });
    }
  }

  #completeness(heads: CheckpointReport): Completeness {
    for (const gap of heads.gaps) this.#gap(gap);
    const { size, tornBytes } = this.#recording;
    const end = endOf(this.#recording);
    if (tornBytes > 0)
      this.#gap({ name: 'cut-line', message: `the file ends inside a line, after ${tornBytes} bytes of it` });
    if (end === undefined)
      this.#gap({
        name: 'no-end',
        message: 'the recording has no end: the recorder crashed or still writes, or the end was cut off',
      });
    if (heads.trustedSize > 0 && heads.trustedSize < size)
      this.#gap({
        name: 'after-checkpoint',
        message: `entries ${heads.trustedSize} to ${size - 1} are under no checkpoint of a trusted key`,
      });
    if (this.#start?.mode !== 'all')
      this.#gap({ name: 'mode', message: 'only anomalies were recorded: what else happened is not known' });
    if (heads.trustedSize === 0 || this.#start?.mode !== 'all') return 'unproven';
    return end !== undefined && heads.trustedSize === size && tornBytes === 0 ? 'complete' : 'open';
  }

  /** Names and keys in the file are hints: a peer counts as known if the auditor named its key. */
  #checkPeers(): void {
    const { trust } = this.#options;
    const unknown = new Set<string>();
    for (const { peerId, n } of this.#recording.peers.values()) {
      if (trust.peers.has(peerId) || unknown.has(peerId)) continue;
      unknown.add(peerId);
      this.#add({
        content: 'unknown-key',
        name: 'unknown-peer',
        message: `you did not name the key of peer ${peerId}: add it to the trust file if it is whom you expect`,
        entry: n,
        peerId,
      });
    }
  }

  #checkParticle(n: number, places: readonly number[], heads: CheckpointReport, whole: Completeness): void {
    const entries = entriesOf(this.#recording, n, places);
    const { particle } = entries;
    const found: Located[] = [];
    if (!isSignedByInitiator(this.#recording, particle))
      found.push({
        content: 'tampered',
        name: 'particle-signature',
        message: `entry ${n}: the init peer has not signed this script under this id and times`,
        entry: n,
        field: 'signature',
        expected: particle.signature,
        actual: `no signature of ${particle.initPeerId}`,
      });
    if (!this.#options.trust.peers.has(particle.initPeerId)) this.#options.notChecked.add('init-peers');
    found.push(...checkChain(this.#recording, entries, this.#start?.mode === 'all'));
    found.push(...this.#decisions.check(entries));
    const state = this.#stateOf(particle);
    found.push(...this.#rerunParticle(entries, state));
    const contents = new Map<string, Content>();
    for (const one of found) {
      const peerId = one.peerId ?? this.#peerOfEntry(one.entry);
      const full: Omit<Finding, 'recording'> = {
        ...one,
        particle: particle.signature,
        ...(peerId !== undefined && { peerId }),
        ...(one.entry !== undefined && this.#lineOf(one.entry)),
      };
      this.#add(full);
      for (const key of peerId === undefined
        ? entries.runs.map(({ peer }) => this.#recording.peerIdOf(peer))
        : [peerId])
        contents.set(key, gravest([contents.get(key) ?? 'equal', one.content]));
    }
    const isCovered = places.every(at => at < heads.trustedSize);
    this.#addPeers(entries, state, contents, isCovered ? whole : 'unproven');
  }

  #rerunParticle(entries: ParticleEntries, state: ParticleState): Found[] {
    const found: Found[] = [];
    const requests = requestsByRun(entries);
    const unreachable = this.#unreachable(entries);
    for (const again of rerun(this.#recording, entries, this.#options.limitsMax)) {
      const { run } = again;
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
      // What came from a peer of this recording brings no new signers.
      if (typeof run.current === 'string' && outcome.retCode === 0)
        for (const peerId of signersOf(input.currentData, input.params.particleSignature))
          state.expected.add(peerId);
    }
    return found;
  }

  /** A recorder that stops may stop between a run and its calls. */
  #cutShort({ n }: EntryOf<'run'>, differences: readonly Found[]): readonly Found[] {
    const others = differences.filter(({ name }) => name !== 'request-missing');
    if (others.length < differences.length)
      this.#gap({
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

  #stateOf({ signature, id, initPeerId }: EntryOf<'particle'>): ParticleState {
    const { particles, at } = this.#options;
    const known = particles.get(signature);
    if (known !== undefined) return known;
    const state = { signature, id, initPeerId, recording: at, peers: new Map(), expected: new Set<string>() };
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

const UNNAMED_MAX = 100;

/** Script, times and id are what the init peer signed: a change that altered no outcome shows here. */
function isSignedByInitiator(recording: Recording, particle: EntryOf<'particle'>): boolean {
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
