import { toHex } from '../../base/bytes.ts';
import {
  canonicalJson,
  DEFAULT_LIMITS,
  fromJsonValue,
  JsonError,
  type CallRequest,
  type CallResult,
  type Signer,
  type Step,
  type StepObserver,
} from '../../interpreter/index.ts';
import type { CallDecision, CallEvent, CallObserver, Clock } from '../../services/index.ts';
import { hashOfBytes } from '../recording/hash.ts';
import type { DataRef, EntryOf, RecordedResult } from '../recording/entry.ts';
import { itemsOf } from './arguments.ts';
import { RecentEntries } from '../recent.ts';
import { rulesText, type PeerRules } from './rules.ts';
import type { RecordingSink } from './sink.ts';
import { RecordingWriter } from './writer.ts';

export interface RecorderOptions {
  readonly sink: RecordingSink;
  /**
   * Names the recording in its checkpoints: no spaces, no plus, not used before. A recorder that starts over begins a new origin:
   * two histories under one origin convict it.
   */
  readonly origin: string;
  /** Signs checkpoints. Best a key of its own. Left out: the recording has none, and nothing proves that it is whole. */
  readonly signer?: Signer;
  /**
   * `all`: every run and call. `anomalies`: what was refused, denied or failed, with the runs that asked for it. `off`: nothing.
   * Left out: `all`.
   */
  readonly mode?: 'off' | 'anomalies' | 'all';
  /** `hashes` withholds arguments, results, data and texts. Left out: `full`. */
  readonly values?: 'full' | 'hashes';
  /** Entries between two checkpoints; 1 024 if left out. */
  readonly checkpointEvery?: number;
  /** Left out: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Of the program that records, for people. */
  readonly versions?: Readonly<Record<string, string | number>>;
}

/** What is known of a peer before its first event. */
export interface RecordedPeer {
  readonly peerId: string;
  readonly name?: string;
  /** Rules by which its calls are decided: with them, decisions of the access list can be checked later. */
  readonly rules?: PeerRules;
}

/** What a peer tells: events of `beryl/peer`, by their shape. */
interface Refusal {
  readonly peerId: string;
  readonly stage: 'admission' | 'verification';
  readonly from: string;
  readonly particle: { readonly id: string; readonly initPeerId: string; readonly signature: Uint8Array };
  readonly code: string;
  readonly message: string;
}
interface Send {
  readonly peerId: string;
  readonly to: string;
  readonly particleSignature: Uint8Array;
  readonly failure?: string;
}
interface Expiry {
  readonly peerId: string;
  readonly particleSignature: Uint8Array;
}

/** Things remembered to say "as in entry n"; what was forgotten is written out again. */
const REMEMBERED_MAX = 65_536;
const CHECKPOINT_EVERY = 1024;

interface KnownPeer {
  readonly n: number;
  readonly limits: string;
  /** The object that stated them: the same one needs no second look. */
  readonly stated: object | undefined;
}

/** How a request was decided. */
interface DecidedRequest {
  readonly entry: number;
  readonly answer: string;
}

/** Where a call of a run was asked for. */
interface Asked {
  readonly step: Step;
  readonly id: number;
  readonly timeMs: number;
}

/**
 * Listens to one peer, or to several, and writes what happens as it happens: an append-only log with signed checkpoints. Give it
 * as `observer` to `createPeer`. It holds no secret: signatures are recorded, keys are not; values are, unless withheld.
 *
 * Memory is bounded, whatever the length of the recording. If the sink fails, recording stops and every later event throws.
 *
 * @spec docs/spec/recording.md
 * @example
 * const recorder = new Recorder({ sink: fileSink('peer.beryl'), origin: 'example.com/peer-1/2026-11-28', signer });
 * const peer = createPeer({ secretKey, transport, observer: recorder });
 * // … later
 * recorder.end();
 */
export class Recorder implements StepObserver, CallObserver {
  readonly #writer: RecordingWriter;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #mode: 'off' | 'anomalies' | 'all';
  readonly #described = new Map<string, RecordedPeer>();
  readonly #peers = new RecentEntries<KnownPeer>(REMEMBERED_MAX);
  readonly #particles = new RecentEntries<number>(REMEMBERED_MAX);
  /** The run that gave some data, by particle and hash: equal data of two particles are two things. */
  readonly #outcomes = new RecentEntries<number>(REMEMBERED_MAX);
  readonly #hashes = new WeakMap<Uint8Array, string>();
  readonly #asked = new WeakMap<CallRequest, Asked>();
  readonly #runs = new WeakMap<Step, number>();
  readonly #requests = new WeakMap<CallRequest, number>();
  readonly #decisions = new WeakMap<CallResult, number>();
  /** Request by peer, particle and id, and the decision of each: an answer that was stored meanwhile is another object. */
  readonly #asksById = new RecentEntries<number>(REMEMBERED_MAX);
  readonly #decided = new RecentEntries<DecidedRequest>(REMEMBERED_MAX);
  #isEnded = false;

  constructor(options: RecorderOptions) {
    const { sink, origin, signer, mode = 'all', values = 'full', clock = systemClock } = options;
    this.#clock = clock;
    this.#mode = mode;
    this.#writer = new RecordingWriter({
      sink,
      origin,
      signer,
      withValues: values === 'full',
      checkpointEvery: options.checkpointEvery ?? CHECKPOINT_EVERY,
    });
    if (mode === 'off') return;
    this.#writer.entry({
      kind: 'start',
      time: clock.now(),
      origin,
      recorder: signer?.peerId ?? null,
      mode,
      values,
      versions: { recording: 2, ...options.versions },
    });
    this.#writer.flush();
  }

  /** Names a peer and its rules; before its first event, or again when the rules change. */
  addPeer(peer: RecordedPeer): void {
    this.#described.set(peer.peerId, peer);
    this.#record(() => void this.#writePeer(peer.peerId, JSON.stringify(DEFAULT_LIMITS)));
  }

  step(step: Step): void {
    if (this.#mode !== 'anomalies') {
      this.#record(() => void this.#run(step));
      return;
    }
    const timeMs = this.#clock.now();
    for (const [id, request] of step.outcome.callRequests) this.#asked.set(request, { step, id, timeMs });
    if (step.outcome.retCode !== 0) this.#record(() => void this.#run(step));
  }

  call(event: CallEvent): void {
    if (this.#mode === 'anomalies' && event.decision.kind === 'served') return;
    this.#record(() => this.#decision(event));
  }

  refused({ peerId, stage, from, particle, code, message }: Refusal): void {
    this.#record(() => {
      const { id, initPeerId, signature } = particle;
      const header = { id: String(id), initPeerId: String(initPeerId), signature: hexOf(signature) };
      this.#writer.entry({
        kind: 'refusal',
        time: this.#clock.now(),
        peer: this.#peer(peerId),
        stage,
        from,
        header: this.#writer.text(JSON.stringify(header)),
        code,
        message: this.#writer.value(JSON.stringify(message)),
      });
    });
  }

  sent({ peerId, to, particleSignature, failure }: Send): void {
    if (this.#mode === 'anomalies' && failure === undefined) return;
    this.#record(() => {
      const particle = this.#particles.get(toHex(particleSignature));
      // In mode `anomalies` the run that sent it is usually not recorded.
      if (particle === undefined) return;
      this.#writer.entry({
        kind: 'send',
        time: this.#clock.now(),
        peer: this.#peer(peerId),
        particle,
        to,
        ...(failure !== undefined && { failure: this.#writer.value(JSON.stringify(failure)) }),
      });
    });
  }

  expired({ peerId, particleSignature }: Expiry): void {
    if (this.#mode === 'anomalies') return;
    this.#record(() => {
      const particle = this.#particles.get(toHex(particleSignature));
      if (particle === undefined) return;
      this.#writer.entry({ kind: 'expired', time: this.#clock.now(), peer: this.#peer(peerId), particle });
    });
  }

  /** Signs the head now. @returns The signed checkpoint, to be kept elsewhere; `undefined` without a signer. */
  checkpoint(): string | undefined {
    let note: string | undefined;
    this.#record(() => (note = this.#writer.checkpoint()));
    return note;
  }

  /** Ends the recording: nothing is written after it. @returns The last checkpoint; `undefined` without a signer. */
  end(): string | undefined {
    let note: string | undefined;
    this.#record(() => {
      this.#writer.entry({ kind: 'end', time: this.#clock.now(), counts: this.#writer.counts });
      note = this.#writer.checkpoint();
    });
    this.#isEnded = true;
    return note;
  }

  /** Entries written so far, by kind. */
  get counts(): Readonly<Record<string, number>> {
    return this.#writer.counts;
  }

  #record(write: () => void): void {
    if (this.#mode === 'off' || this.#isEnded) return;
    write();
    this.#writer.flush();
  }

  /** Entry of a peer in force; its limits are part of it. */
  #peer(peerId: string): number {
    return this.#peers.get(peerId)?.n ?? this.#writePeer(peerId, JSON.stringify(DEFAULT_LIMITS));
  }

  #peerOfRun({ currentPeerId, limits }: Step['input']['params']): number {
    const known = this.#peers.get(currentPeerId);
    if (known !== undefined && known.stated === limits) return known.n;
    const complete = JSON.stringify({ ...DEFAULT_LIMITS, ...limits });
    if (known?.limits !== complete) return this.#writePeer(currentPeerId, complete, limits);
    this.#peers.set(currentPeerId, { ...known, stated: limits });
    return known.n;
  }

  #writePeer(peerId: string, limits: string, stated?: object): number {
    const { name, rules } = this.#described.get(peerId) ?? {};
    const n = this.#writer.entry({
      kind: 'peer',
      time: this.#clock.now(),
      peerId,
      ...(name !== undefined && { name }),
      limits: JSON.parse(limits) as Record<string, number | null>,
      ...(rules && { rules: this.#writer.text(rulesText(rules)) }),
    });
    this.#peers.set(peerId, { n, limits, stated });
    return n;
  }

  #particle({ air, params }: Step['input']): number {
    const signature = toHex(params.particleSignature);
    const known = this.#particles.get(signature);
    if (known !== undefined) return known;
    const { particleId: id, initPeerId, timestamp, ttl } = params;
    const script = this.#writer.text(JSON.stringify(air));
    const time = this.#clock.now();
    const n = this.#writer.entry({
      kind: 'particle',
      time,
      id,
      initPeerId,
      timestamp,
      ttl,
      script,
      signature,
    });
    this.#particles.set(signature, n);
    return n;
  }

  #run(step: Step, timeMs = this.#clock.now()): number {
    const { input, outcome, signatures } = step;
    const peer = this.#peerOfRun(input.params);
    const particle = this.#particle(input);
    const results: EntryOf<'run'>['results'] = [];
    for (const [id, answer] of input.callResults)
      results.push([id, this.#decisions.get(answer) ?? this.#decisionOf(peer, particle, id, answer)]);
    const data = this.#hash(outcome.data);
    const next = outcome.nextPeerIds;
    const n = this.#writer.entry({
      kind: 'run',
      time: timeMs,
      peer,
      particle,
      prev: this.#dataRef(particle, input.prevData),
      current: this.#dataRef(particle, input.currentData),
      results,
      code: outcome.retCode,
      ...(outcome.errorMessage !== '' && {
        message: this.#writer.value(JSON.stringify(outcome.errorMessage)),
      }),
      data,
      ...(next.length > 0 && { next: this.#writer.text(JSON.stringify(next)) }),
      requests: outcome.callRequests.size,
      signatures: signatures.map(toHex),
    });
    this.#runs.set(step, n);
    if (data !== null) this.#outcomes.set(`${particle} ${data}`, n);
    for (const [id, request] of outcome.callRequests) this.#request(n, peer, particle, id, request);
    return n;
  }

  #request(run: number | null, peer: number, particle: number, id: number, request: CallRequest): number {
    const { serviceId, functionName, argumentsJson, tetraplets, elementwise, site } = request;
    const n = this.#writer.entry({
      kind: 'request',
      run,
      peer,
      particle,
      id,
      service: serviceId,
      function: functionName,
      args: itemsOf(argumentsJson).map(text => this.#writer.value(text)),
      origins: this.#writer.text(JSON.stringify([tetraplets, elementwise])),
      site,
    });
    this.#requests.set(request, n);
    this.#asksById.set(`${peer} ${particle} ${id}`, n);
    return n;
  }

  #decision({ peerId, particleSignature, request, decision }: CallEvent): void {
    const n = this.#requestOf(peerId, particleSignature, request);
    if (n === undefined) return;
    const { kind, stage } = decision;
    const answer = this.#answer(decision.result);
    const entry = this.#writer.entry({
      kind: 'decision',
      time: this.#clock.now(),
      request: n,
      outcome: kind,
      stage,
      ...('code' in decision && { code: decision.code }),
      answer,
      ...this.#optionals(decision),
    });
    this.#decisions.set(decision.result, entry);
    this.#decided.set(String(n), { entry, answer: JSON.stringify(answer) });
  }

  /** The entry of a request; it is written now if its run was not worth recording, or happened before this recording. */
  #requestOf(peerId: string, particleSignature: Uint8Array, request: CallRequest): number | undefined {
    const known = this.#requests.get(request);
    if (known !== undefined) return known;
    const asked = this.#asked.get(request);
    if (asked !== undefined) {
      if (!this.#runs.has(asked.step)) this.#run(asked.step, asked.timeMs);
      return this.#requests.get(request);
    }
    const particle = this.#particles.get(toHex(particleSignature));
    return particle === undefined ? undefined : this.#request(null, this.#peer(peerId), particle, 0, request);
  }

  #optionals(decision: CallDecision): { denial?: string; patches?: string; details?: string } {
    const json = (value: unknown): string => this.#writer.value(jsonText(value));
    return {
      ...('denial' in decision && decision.denial !== undefined && { denial: json(decision.denial) }),
      ...('patches' in decision && decision.patches.length > 0 && { patches: json(decision.patches) }),
      ...('details' in decision && decision.details !== undefined && { details: json(decision.details) }),
    };
  }

  /** The decision that gave this answer to this request, or the answer itself. */
  #decisionOf(peer: number, particle: number, id: number, result: CallResult): number | RecordedResult {
    const answer = this.#answer(result);
    const request = this.#asksById.get(`${peer} ${particle} ${id}`);
    const decided = request === undefined ? undefined : this.#decided.get(String(request));
    return decided?.answer === JSON.stringify(answer) ? decided.entry : answer;
  }

  #answer(answer: CallResult): RecordedResult {
    const text =
      'resultJson' in answer ? answer.resultJson : canonicalJson(fromJsonValue(answer.result, 'result'));
    return this.#writer.answer(answer.retCode, text);
  }

  /** Data that an earlier run of this recording gave is named by that run: a replay has it. */
  #dataRef(particle: number, data: Uint8Array): DataRef {
    const hash = this.#hash(data);
    return hash === null
      ? null
      : (this.#outcomes.get(`${particle} ${hash}`) ?? this.#writer.bytes(data, hash));
  }

  #hash(data: Uint8Array): string | null {
    if (data.length === 0) return null;
    let hash = this.#hashes.get(data);
    if (hash === undefined) {
      hash = hashOfBytes(data);
      this.#hashes.set(data, hash);
    }
    return hash;
  }
}

/** A guard of one's own may give a reason that is not JSON. */
function jsonText(value: unknown): string {
  try {
    return canonicalJson(fromJsonValue(value, 'decision'));
  } catch (failure) {
    if (failure instanceof JsonError) return JSON.stringify(`not JSON: ${failure.message}`);
    throw failure;
  }
}

const hexOf = (bytes: unknown): string => (bytes instanceof Uint8Array ? toHex(bytes) : '');

const systemClock: Pick<Clock, 'now'> = { now: () => Date.now() };
