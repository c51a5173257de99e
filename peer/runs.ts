import { messageOf } from '../services/index.ts';
import { equalBytes } from '../base/bytes.ts';
import { isCatchableCode, type CallResult, type Outcome } from '../interpreter/index.ts';
import type { Actor, Answer, Copy } from './actor.ts';
import type { Calls } from './calls.ts';
import { RunFailure } from './errors.ts';
import { CopyMemory } from './copy-memory.ts';
import type { Host } from './host.ts';
import { runStep, type StepEnd } from './particle-step.ts';
import type { ParticleQueue } from './particle-queue.ts';
import type { Refusals } from './refusals.ts';
import type { Sends } from './sends.ts';
import { uncaughtFailure } from './settlement.ts';

const NO_DATA = new Uint8Array(0);
const ACCEPTED = { status: 'accepted' } as const;

export interface RunParts {
  readonly host: Host;
  readonly queue: ParticleQueue;
  readonly calls: Calls;
  readonly sends: Sends;
  readonly refusals: Refusals;
  /** Something has changed: perhaps nothing is left to do. */
  readonly changed: (actor: Actor) => void;
  /** The particle cannot go on: the store failed. */
  readonly abandon: (actor: Actor, failure: unknown) => void;
  /** The particle's life is over. */
  readonly expire: (actor: Actor) => void;
}

/** What one run used. */
interface Used {
  readonly copy: Copy | undefined;
  readonly answers: ReadonlyMap<number, Answer>;
}

/** The runs of actors: interpret, store, and only then act. */
export class Runs {
  readonly #parts: RunParts;
  readonly #seen = new CopyMemory();

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** One run, or none if nothing of what waits is new. Never throws. */
  run(actor: Actor): void {
    const { host, expire, abandon } = this.#parts;
    try {
      if (host.clock.now() > actor.deadline) expire(actor);
      else this.#runNext(actor);
    } catch (failure) {
      host.warn('a run has failed', { particleId: actor.header.id, failure: messageOf(failure) });
      abandon(actor, failure);
    }
  }

  #runNext(actor: Actor): void {
    if (actor.resumed !== undefined) {
      this.#runResumed(actor, actor.resumed);
      return;
    }
    const copy = this.#takeNews(actor);
    const answers = actor.takeResults();
    if (copy === undefined && answers.size === 0) {
      this.#parts.changed(actor);
      return;
    }
    const end = this.#step(actor, actor.data, copy?.data ?? NO_DATA, answers);
    if (end.isAccepted) {
      this.#store(actor, end, { copy, answers });
      return;
    }
    this.#refuse(actor, copy, end);
    // A bad copy must not take the answers of our own services with it, nor may many keep them waiting.
    if (copy === undefined || answers.size === 0) {
      this.#parts.changed(actor);
      return;
    }
    const alone = this.#step(actor, actor.data, NO_DATA, answers);
    if (alone.isAccepted) this.#store(actor, alone, { copy: undefined, answers });
    else this.#refuse(actor, undefined, alone);
  }

  /**
   * After a restart a peer reads its own data as if it had arrived: pending calls are then asked again, at the same sites and so
   * under the same keys.
   */
  #runResumed(actor: Actor, resumed: Uint8Array): void {
    actor.resumed = undefined;
    const end = this.#step(actor, NO_DATA, resumed, new Map());
    if (end.isAccepted) {
      actor.data = resumed;
      this.#store(actor, end, { copy: undefined, answers: new Map() });
      return;
    }
    actor.data = resumed;
    this.#refuse(actor, undefined, end);
    this.#parts.queue.schedule(actor);
  }

  #step(
    actor: Actor,
    prevData: Uint8Array,
    currentData: Uint8Array,
    answers: ReadonlyMap<number, Answer>,
  ): StepEnd {
    const { signer, runLimits } = this.#parts.host;
    const results = new Map<number, CallResult>([...answers].map(([id, { result }]) => [id, result]));
    return runStep(actor, { signer, limits: runLimits }, prevData, currentData, results);
  }

  /** The next copy that may say something new; the others are answered at once. */
  #takeNews(actor: Actor): Copy | undefined {
    const { queue, refusals } = this.#parts;
    for (let copy = queue.takeCopy(actor); copy !== undefined; copy = queue.takeCopy(actor)) {
      const known = this.#seen.refusalOf(actor, copy.hash);
      if (known !== undefined) copy.answer(refusals.refuse(actor.header, copy.from, 'verification', known));
      else if (this.#hasNothingNew(actor, copy)) copy.answer(ACCEPTED);
      else return copy;
    }
    return undefined;
  }

  #hasNothingNew(actor: Actor, { data, hash }: Copy): boolean {
    if (actor.data.length === 0) return false;
    return data.length === 0 || this.#seen.isMerged(actor, hash) || same(data, actor.data);
  }

  #store(actor: Actor, end: StepEnd, used: Used): void {
    const { host, abandon } = this.#parts;
    const { data } = end.step.outcome;
    const sends = this.#targets(actor, end, used.answers);
    const isSame =
      actor.revision > 0 && used.answers.size === 0 && sends.length === 0 && same(data, actor.data);
    if (isSame) {
      this.#stored(actor, end, used, sends);
      return;
    }
    const { key, header, revision, settler } = actor;
    actor.isBlocked = true;
    const isAtRest = this.#endsHere(actor, end, sends);
    const write = {
      key,
      expected: revision,
      ...(revision === 0 && { header, variables: settler?.variables ?? null }),
      data,
      sends: [...new Set([...actor.pendingSends, ...sends])],
      isAtRest,
      used: [...used.answers.values()].map(({ call }) => call),
    };
    host.store
      .commit({ particle: write })
      .then(() => {
        actor.isBlocked = false;
        actor.revision = revision + 1;
        actor.isStoredAtRest = isAtRest;
        this.#stored(actor, end, used, sends);
      })
      .catch((failure: unknown) => {
        used.copy?.answer(busy(failure));
        abandon(actor, failure);
      });
  }

  /** Whether this run leaves nothing to do; then no further write has to say so. */
  #endsHere(actor: Actor, { step }: StepEnd, sends: readonly string[]): boolean {
    const isIdle = actor.calls.size === 0 && actor.pendingSends.length === 0 && actor.results.size === 0;
    return isIdle && sends.length === 0 && step.outcome.callRequests.size === 0;
  }

  /** The run counts: observers learn of it, the sender of the copy too, and its effects begin. */
  #stored(actor: Actor, end: StepEnd, { copy, answers }: Used, sends: readonly string[]): void {
    const { host, queue, calls, changed } = this.#parts;
    const { outcome } = end.step;
    actor.data = outcome.data;
    for (const { call } of answers.values()) actor.answers.delete(call);
    host.notify('step', end.step);
    if (copy !== undefined) {
      this.#seen.merged(actor, copy.hash);
      for (const { answer } of [copy, ...queue.takeSame(actor, copy.hash)]) answer(ACCEPTED);
    }
    if (actor.isGone || host.clock.now() > actor.deadline) return;
    for (const [id, request] of outcome.callRequests) calls.ask(actor, id, request);
    for (const to of sends) this.#parts.sends.send(actor, to, outcome.data);
    if (isCatchableCode(outcome.retCode)) actor.settler?.reject(uncaughtFailure(outcome, host.peerId));
    queue.schedule(actor);
    changed(actor);
  }

  /** Next peers; and the init peer, if the script has failed here: it decides whether another branch lives. */
  #targets(
    { header, data: before }: Actor,
    { step: { outcome } }: StepEnd,
    answers: Used['answers'],
  ): string[] {
    const { initPeerId } = header;
    const { nextPeerIds, retCode, data } = outcome;
    const comesHome =
      initPeerId !== this.#parts.host.peerId &&
      !nextPeerIds.includes(initPeerId) &&
      !same(data, before) &&
      (isCatchableCode(retCode) || endsWithFailure(outcome, answers));
    return comesHome ? [...nextPeerIds, initPeerId] : [...nextPeerIds];
  }

  #refuse(actor: Actor, copy: Copy | undefined, { step, evidence }: StepEnd): void {
    const { host, queue, refusals } = this.#parts;
    const { retCode, errorMessage: message } = step.outcome;
    const known = { code: `ERR_RUN_${retCode}`, message };
    let proof = evidence && this.#seen.isFirstConviction(actor, evidence.peerId) ? evidence.bytes : undefined;
    host.notify('step', step);
    if (copy !== undefined) {
      this.#seen.refused(actor, copy.hash, known);
      for (const { from, answer } of [copy, ...queue.takeSame(actor, copy.hash)]) {
        answer(refusals.refuse(actor.header, from, 'verification', known, proof));
        proof = undefined;
      }
    } else {
      refusals.notify(actor.header, host.peerId, 'verification', known);
    }
    // What others send says nothing about our own run; that the script itself cannot be run does.
    if (copy !== undefined && copy.from !== host.peerId) return;
    const text = `this peer cannot run the script: ${message}`;
    actor.settler?.reject(new RunFailure('ERR_STARTED_INTERPRETATION', text, { retCode }));
  }
}

/** A call has failed and nothing goes on from here: a branch of a `par`, whose other branch may fail on another peer. */
function endsWithFailure({ nextPeerIds, callRequests }: Outcome, answers: Used['answers']): boolean {
  if (nextPeerIds.length > 0 || callRequests.size > 0) return false;
  return [...answers.values()].some(({ result }) => result.retCode !== 0);
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a === b || equalBytes(a, b);

const busy = (failure: unknown) => ({
  status: 'busy' as const,
  code: 'ERR_PARTICLE_STORE' as const,
  message: `the store failed: ${messageOf(failure)}`,
});
