import { toHex } from '../../base/bytes.ts';
import type { CallRequest, Step, StepObserver } from '../../interpreter/index.ts';
import type { CallEvent, CallObserver, Clock } from '../../services/index.ts';
import { answerOf, explanationsOf } from './answers.ts';
import { EventQueue } from './event-queue.ts';
import type { Expiry, Refusal, Send } from './events.ts';
import type { RecordedPeer, RecorderOptions } from './options.ts';
import { ParticleMemories } from './particle-memory.ts';
import { PeerEntries } from './peer-entries.ts';
import { RunEntries } from './run-entries.ts';
import { RecordingWriter } from './writer.ts';

const CHECKPOINT_EVERY = 1024;
const DELAY_MS = 20;

/** Where a call of a run was asked for. */
interface Asked {
  readonly step: Step;
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
  readonly #queue: EventQueue;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #mode: 'off' | 'anomalies' | 'all';
  readonly #particles = new ParticleMemories();
  readonly #peers: PeerEntries;
  readonly #runs: RunEntries;
  /** In mode `anomalies`: runs that are written when a call of them is. */
  readonly #asked = new WeakMap<CallRequest, Asked>();
  readonly #writtenSteps = new WeakSet<Step>();
  #isEnded = false;
  /** When the event happened that is handled now. */
  #nowMs = 0;

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
    this.#queue = new EventQueue(
      options.delayMs ?? DELAY_MS,
      () => this.#writer.flush(),
      failure => this.#writer.fail(failure),
    );
    const now = (): number => this.#nowMs;
    this.#peers = new PeerEntries(this.#writer, now);
    this.#runs = new RunEntries(this.#writer, this.#peers, this.#particles, now);
    if (mode === 'off') return;
    this.#writer.entry('start', {
      time: clock.now(),
      origin,
      recorder: signer?.peerId ?? null,
      mode,
      values,
      versions: { recording: 2, ...options.versions },
    });
    this.#writer.settle();
    this.#writer.flush();
  }

  /** Names a peer and its rules; before its first event, or again when the rules change. */
  addPeer(peer: RecordedPeer): void {
    this.#peers.describe(peer);
    this.#recordNow(() => this.#peers.write(peer.peerId));
  }

  step(step: Step): void {
    const { input, outcome } = step;
    const bytes = input.prevData.length + input.currentData.length + outcome.data.length;
    this.#record(() => {
      if (this.#mode !== 'anomalies') {
        this.#runs.write(step, this.#nowMs);
        return;
      }
      for (const request of outcome.callRequests.values())
        this.#asked.set(request, { step, timeMs: this.#nowMs });
      if (outcome.retCode !== 0) this.#writeStep(step, this.#nowMs);
    }, bytes);
  }

  call(event: CallEvent): void {
    if (this.#mode === 'anomalies' && event.decision.kind === 'served') return;
    this.#record(() => this.#decision(event));
  }

  refused({ peerId, stage, from, particle, code, message }: Refusal): void {
    this.#record(() => {
      const { id, initPeerId, signature } = particle;
      const header = { id: String(id), initPeerId: String(initPeerId), signature: hexOf(signature) };
      this.#writer.entry('refusal', {
        time: this.#nowMs,
        peer: this.#peers.of(peerId),
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
      const particle = this.#particles.find(particleSignature);
      // In mode `anomalies` the run that sent it is usually not recorded.
      if (particle === undefined) return;
      this.#writer.entry('send', {
        time: this.#nowMs,
        peer: this.#peers.of(peerId),
        particle: particle.n,
        to,
        ...(failure !== undefined && { failure: this.#writer.value(JSON.stringify(failure)) }),
      });
    });
  }

  expired({ peerId, particleSignature }: Expiry): void {
    if (this.#mode === 'anomalies') return;
    this.#record(() => {
      const particle = this.#particles.find(particleSignature);
      if (particle === undefined) return;
      const [time, peer] = [this.#nowMs, this.#peers.of(peerId)];
      this.#writer.entry('expired', { time, peer, particle: particle.n });
    });
  }

  /** Signs the head now. @returns The signed checkpoint, to be kept elsewhere; `undefined` without a signer. */
  checkpoint(): string | undefined {
    return this.#recordNow(() => this.#writer.checkpoint());
  }

  /** Ends the recording: nothing is written after it. @returns The last checkpoint; `undefined` without a signer. */
  end(): string | undefined {
    const note = this.#recordNow(() => {
      this.#writer.entry('end', { time: this.#nowMs, counts: this.#writer.counts });
      return this.#writer.checkpoint();
    });
    this.#isEnded = true;
    return note;
  }

  /** Writes what waits. @throws {AuditError} ERR_RECORDING_CLOSED if the recording could not be written. */
  flush(): void {
    this.#recordNow(() => undefined);
  }

  /** Entries written so far, by kind. */
  get counts(): Readonly<Record<string, number>> {
    this.#queue.run();
    return this.#writer.counts;
  }

  /** Writes an event, now or a little later; its time is now. @param bytes Of data that it keeps in memory until then. */
  #record(write: () => void, bytes = 0): void {
    if (this.#mode === 'off' || this.#isEnded) return;
    this.#writer.requireOpen();
    const timeMs = this.#clock.now();
    this.#queue.add(() => {
      this.#nowMs = timeMs;
      write();
      this.#writer.settle();
    }, bytes);
  }

  #recordNow<T>(write: () => T): T | undefined {
    if (this.#mode === 'off' || this.#isEnded) return undefined;
    this.#queue.run();
    this.#writer.requireOpen();
    this.#nowMs = this.#clock.now();
    const result = write();
    this.#writer.settle();
    this.#writer.flush();
    return result;
  }

  #writeStep(step: Step, timeMs: number): void {
    this.#writtenSteps.add(step);
    this.#runs.write(step, timeMs);
  }

  #decision({ peerId, particleSignature, request, decision }: CallEvent): void {
    const n = this.#requestOf(peerId, particleSignature, request);
    if (n === undefined) return;
    const answer = answerOf(this.#writer, decision.result);
    const entry = this.#writer.entry('decision', {
      time: this.#nowMs,
      request: n,
      outcome: decision.kind,
      stage: decision.stage,
      ...('code' in decision && { code: decision.code }),
      answer,
      ...explanationsOf(this.#writer, decision),
    });
    const particle = this.#particles.find(particleSignature);
    if (particle === undefined) return;
    particle.decisions.set(n, { entry, answer });
    this.#particles.grown(particle, 1);
  }

  /** The entry of a request; it is written now if its run was not worth recording, or happened before this recording. */
  #requestOf(peerId: string, particleSignature: Uint8Array, request: CallRequest): number | undefined {
    const known = this.#runs.requestOf(request);
    if (known !== undefined) return known;
    const asked = this.#asked.get(request);
    if (asked !== undefined) {
      if (!this.#writtenSteps.has(asked.step)) this.#writeStep(asked.step, asked.timeMs);
      return this.#runs.requestOf(request);
    }
    const particle = this.#particles.find(particleSignature);
    return particle && this.#runs.request(null, this.#peers.of(peerId), particle, 0, request);
  }
}

const hexOf = (bytes: unknown): string => (bytes instanceof Uint8Array ? toHex(bytes) : '');

const systemClock: Pick<Clock, 'now'> = { now: () => Date.now() };
