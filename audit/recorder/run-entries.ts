import { toHex } from '../../base/bytes.ts';
import type { CallRequest, CallResult, Step } from '../../interpreter/index.ts';
import type { DataRef, EntryOf, RecordedResult } from '../recording/entry.ts';
import { hashOfBytes } from '../recording/hash.ts';
import { answerOf, isSameAnswer } from './answers.ts';
import { itemsOf } from './arguments.ts';
import type { ParticleMemories, ParticleMemory } from './particle-memory.ts';
import type { PeerEntries } from './peer-entries.ts';
import type { RecordingWriter } from './writer.ts';

/** Writes particles, their runs, and the calls that runs ask for. */
export class RunEntries {
  readonly #writer: RecordingWriter;
  readonly #peers: PeerEntries;
  readonly #particles: ParticleMemories;
  readonly #now: () => number;
  readonly #requests = new WeakMap<CallRequest, number>();
  /** What one run gave is the previous data of the next one: mostly the same object. */
  readonly #hashes = new WeakMap<Uint8Array, string>();

  constructor(writer: RecordingWriter, peers: PeerEntries, particles: ParticleMemories, now: () => number) {
    this.#writer = writer;
    this.#peers = peers;
    this.#particles = particles;
    this.#now = now;
  }

  /** Entry of a request that this recording has. */
  requestOf(request: CallRequest): number | undefined {
    return this.#requests.get(request);
  }

  write({ input, outcome, signatures }: Step, timeMs: number): void {
    const peer = this.#peers.ofRun(input.params);
    const particle = this.#particleOf(input);
    const results: EntryOf<'run'>['results'] = [];
    for (const [id, result] of input.callResults)
      results.push([id, this.#decisionOf(peer, particle, id, result)]);
    const prev = this.#dataRef(particle, input.prevData);
    const current = this.#dataRef(particle, input.currentData);
    const data = this.#hash(outcome.data);
    const { nextPeerIds: next, errorMessage, callRequests } = outcome;
    const n = this.#writer.entry('run', {
      time: timeMs,
      peer,
      particle: particle.n,
      prev,
      current,
      results,
      code: outcome.retCode,
      ...(errorMessage !== '' && { message: this.#writer.value(JSON.stringify(errorMessage)) }),
      data,
      ...(next.length > 0 && { next: this.#writer.text(JSON.stringify(next)) }),
      requests: callRequests.size,
      signatures: signatures.map(toHex),
    });
    if (data !== null) particle.runs.set(data, n);
    for (const [id, request] of callRequests) this.request(n, peer, particle, id, request);
    this.#particles.grown(particle, 1 + callRequests.size);
  }

  /** @param run Null for a call that was asked for before the recording began. */
  request(
    run: number | null,
    peer: number,
    particle: ParticleMemory,
    id: number,
    request: CallRequest,
  ): number {
    const { serviceId, functionName, argumentsJson, tetraplets, elementwise, site } = request;
    const n = this.#writer.entry('request', {
      run,
      peer,
      particle: particle.n,
      id,
      service: serviceId,
      function: functionName,
      args: itemsOf(argumentsJson).map(text => this.#writer.value(text)),
      origins: this.#writer.text(JSON.stringify([tetraplets, elementwise])),
      site,
    });
    this.#requests.set(request, n);
    particle.requests.set(`${peer} ${id}`, n);
    return n;
  }

  #particleOf({ air, params }: Step['input']): ParticleMemory {
    const known = this.#particles.find(params.particleSignature);
    if (known !== undefined) return known;
    const { particleId: id, initPeerId, timestamp, ttl, particleSignature } = params;
    const script = this.#writer.text(JSON.stringify(air));
    const signature = toHex(particleSignature);
    const time = this.#now();
    const n = this.#writer.entry('particle', { time, id, initPeerId, timestamp, ttl, script, signature });
    return this.#particles.add(particleSignature, n);
  }

  /** The decision that gave this answer to this request, or the answer itself. */
  #decisionOf(
    peer: number,
    { requests, decisions }: ParticleMemory,
    id: number,
    result: CallResult,
  ): number | RecordedResult {
    const answer = answerOf(this.#writer, result);
    const request = requests.get(`${peer} ${id}`);
    const decided = request === undefined ? undefined : decisions.get(request);
    return decided !== undefined && isSameAnswer(decided.answer, answer) ? decided.entry : answer;
  }

  /** Data that an earlier run of this recording gave is named by that run: a replay has it. */
  #dataRef(particle: ParticleMemory, data: Uint8Array): DataRef {
    const hash = this.#hash(data);
    return hash === null ? null : (particle.runs.get(hash) ?? this.#writer.bytes(data, hash));
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
